import type { Runs } from './runs';

/** A decoded picture: samples interleaved row by row, upright, without alpha; greyscale keeps its one channel, 16-bit its range. */
export interface Raster {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array | Uint16Array; // height * width * channels
  bitDepth: 8 | 16;
}

/** Numbered instances: 0 outside, 1..count each at least once. */
export interface LabelImage {
  width: number;
  height: number;
  labels: Int32Array; // height * width
  count: number;
  runs?: Runs; // where they are known: outside of these all labels are 0
}
