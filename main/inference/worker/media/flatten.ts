/** Lays pixels of `total` samples (`channels` of colour, then alpha, then what else the file holds) on white; the colours that remain. */
export function flattenOnWhite<T extends Uint8Array | Uint16Array>(samples: T, channels: number, total: number): T {
  const white = samples instanceof Uint8Array ? 255 : 65535;
  const pixels = samples.length / total;
  const colours = (samples instanceof Uint8Array ? new Uint8Array(pixels * channels) : new Uint16Array(pixels * channels)) as T;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = samples[pixel * total + channels]! / white;
    for (let channel = 0; channel < channels; channel++) {
      const colour = samples[pixel * total + channel]!;
      colours[pixel * channels + channel] = Math.round(white + (colour - white) * alpha);
    }
  }
  return colours;
}
