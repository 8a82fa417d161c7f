/**
 * A segmented picture as one file, for programs: the label map with what is known of each instance. Layout, little-endian: the bytes `MREG`, the length of the
 * header (uint32), the header as UTF-8 JSON filled up with spaces to a multiple of 4, then height * width labels, uint16 where `count` is below 65536, else uint32.
 */
import { z } from 'zod';
import { ModelError } from '../../errors';
import type { Instance } from './measure';
import type { LabelImage } from './raster';

export interface Region extends Instance {
  class: number; // index into `classes`
  probability: number; // mean over its pixels, 0 to 1
}

export interface Regions extends LabelImage {
  classes: { name: string; color: string }[]; // color: #rrggbb
  regions: Region[]; // element `label - 1`
  semantic?: boolean | undefined; // a region is all that there is of a class; label PNGs hold 1 + the class
}

const MAGIC = 0x4745524d; // MREG
const point = z.object({ x: z.number(), y: z.number() });
const header = z.object({
  width: z.int().min(1),
  height: z.int().min(1),
  count: z.int().min(0),
  classes: z.array(z.object({ name: z.string(), color: z.string() })),
  semantic: z.boolean().optional(),
  regions: z.array(
    z.object({
      label: z.int(),
      class: z.int(),
      probability: z.number(),
      area: z.number(),
      centroid: point,
      box: point.extend({ width: z.int(), height: z.int() }),
      meanIntensity: z.number(),
    }),
  ),
});

export function encodeRegions({ width, height, count, labels, classes, regions, semantic }: Regions): Uint8Array {
  const json = JSON.stringify({ width, height, count, classes, semantic, regions });
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 4) * 4;
  const wide = count > 0xffff;
  const bytes = new Uint8Array(8 + padded + labels.length * (wide ? 4 : 2)).fill(0x20, 8, 8 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, padded, true);
  bytes.set(text, 8);
  (wide ? new Uint32Array(bytes.buffer, 8 + padded) : new Uint16Array(bytes.buffer, 8 + padded)).set(labels);
  return bytes;
}

/** Throws ModelError BAD_INPUT for what is no such file, or is cut off. */
export function decodeRegions(bytes: ArrayBuffer): Regions {
  const bad = (came: string) => new ModelError('BAD_INPUT', `a file of regions was expected, ${came}`);
  const view = new DataView(bytes);
  if (bytes.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw bad('something else came');
  const start = 8 + view.getUint32(4, true);
  if (start > bytes.byteLength) throw bad('it is cut off');
  const parsed = header.safeParse(parseJson(new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8))));
  if (!parsed.success) throw bad('its header does not fit');
  const { width, height, count, regions } = parsed.data;
  const size = count > 0xffff ? 4 : 2;
  if (bytes.byteLength !== start + width * height * size || regions.length !== count) throw bad('its length does not fit its header');
  return { ...parsed.data, labels: new Int32Array(size === 4 ? new Uint32Array(bytes, start) : new Uint16Array(bytes, start)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
