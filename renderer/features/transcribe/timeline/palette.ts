/** The tokens as a canvas needs them. */
const NAMES = ['ground', 'surface', 'sunken', 'line', 'line-strong', 'ink', 'ink-2', 'ink-3', 'accent', 'accent-soft', 'second', 'second-soft'] as const;

export type Palette = Record<(typeof NAMES)[number], string> & { font: string };

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colors = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--ms-${name}`).trim()])) as Record<(typeof NAMES)[number], string>;
  return { ...colors, font: style.getPropertyValue('--ms-font').trim() || 'sans-serif' };
}

/** 256 colours of r, g, b along stops of `#rrggbb`. */
export function ramp(...stops: string[]): Uint8ClampedArray {
  const parsed = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  const result = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (parsed.length - 1);
    const low = Math.min(Math.floor(at), parsed.length - 2);
    for (let c = 0; c < 3; c++) result[3 * i + c] = parsed[low]![c]! + (at - low) * (parsed[low + 1]![c]! - parsed[low]![c]!);
  }
  return result;
}

/** A grey picture in the colours of a ramp. */
export function tint(source: ImageBitmap, colors: Uint8ClampedArray): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(source, 0, 0);
  const image = context.getImageData(0, 0, source.width, source.height);
  for (let i = 0; i < image.data.length; i += 4) {
    const at = 3 * image.data[i]!;
    image.data[i] = colors[at]!;
    image.data[i + 1] = colors[at + 1]!;
    image.data[i + 2] = colors[at + 2]!;
  }
  context.putImageData(image, 0, 0);
  source.close();
  return canvas;
}
