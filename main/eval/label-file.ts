import { readFile } from 'node:fs/promises';
import { decode, type DecodedPng } from 'fast-png';
import { AppError } from '../contract/errors';
import { readError } from '../fs/system-errors';

export interface LabelMap {
  width: number;
  height: number;
  labels: Uint32Array; // row-major, 0 outside
}

/** Reads a label or mask PNG of any depth: the pixel's value, palette index or packed colour is its label; alpha is left out. */
export async function readLabelFile(file: string): Promise<LabelMap> {
  const bytes = await readFile(file).catch((error: unknown) => Promise.reject(readError(error, file)));
  let png: DecodedPng;
  try {
    png = decode(bytes);
  } catch (error) {
    throw new AppError('BAD_MEDIA', `${file} is not a readable PNG: ${(error as Error).message}`, 'Masks must be PNG files.');
  }
  const { width, height, channels, depth } = png;
  const values = depth < 8 ? unpackBits(png) : png.data;
  const colours = channels >= 3 ? 3 : 1;
  const labels = Uint32Array.from({ length: width * height }, (_, pixel) => {
    let label = 0;
    for (let c = 0; c < colours; c++) label = label * 256 + values[pixel * channels + c]!;
    return label;
  });
  return { width, height, labels };
}

/** 1, 2 or 4 bits a pixel, the first in the highest bits, each row padded to whole bytes. */
function unpackBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      values[y * width + x] = (data[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
  return values;
}
