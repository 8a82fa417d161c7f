import type { Raster } from './raster';

/**
 * The picture's one channel where its three are equal at every pixel, as in a greyscale picture that was saved in colour; else the picture itself. What takes all
 * channels alike finds the same in either, with a third of the work in the former. Looks at pictures of 8 bits only.
 */
export function greyIfEqual(image: Raster): Raster {
  const { data, channels, width, height } = image;
  if (channels === 1 || data instanceof Uint16Array || data.byteOffset % 4 !== 0) return image;
  const grey = new Uint8Array(width * height);
  const quads = grey.length >> 2; // of pixels p, q, r, s; their samples are three words of 32 bits: ppp q, qq rr, r sss
  const words = new Int32Array(data.buffer, data.byteOffset, 3 * quads);
  const quad = new Int32Array(grey.buffer, 0, quads);
  for (let i = 0, at = 0; i < quads; i++, at += 3) {
    const [first, second, third] = [words[at]!, words[at + 1]!, words[at + 2]!];
    const p = first & 255;
    const q = first >>> 24;
    const r = third & 255;
    const s = third >>> 24;
    if (first !== ((p * 0x010101) | (q << 24)) || second !== ((q * 0x0101) | ((r * 0x0101) << 16)) || third !== (r | ((s * 0x010101) << 8))) return image;
    quad[i] = p | (q << 8) | (r << 16) | (s << 24);
  }
  for (let pixel = 4 * quads; pixel < grey.length; pixel++) {
    const sample = data[3 * pixel]!;
    if (data[3 * pixel + 1] !== sample || data[3 * pixel + 2] !== sample) return image;
    grey[pixel] = sample;
  }
  return { ...image, channels: 1, data: grey };
}
