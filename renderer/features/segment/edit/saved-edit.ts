/**
 * An edit as the desk keeps it beside the result: the whole label map as compressed runs, in bands of rows of which only the changed ones are compressed anew.
 * Layout, little-endian: the bytes `MEDT`, the length of the header (uint32), the header as UTF-8 JSON, then the bands. A band is deflated; inside, pairs of
 * variable-length integers (seven bits a byte, low ones first): run length, label.
 */
import { deflateSync, inflateSync } from 'fflate';
import { z } from 'zod';
import { ModelError } from '../../../../models/errors';
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { Box } from '../../../../models/tasks/segment/measure';
import { LabelMap } from './label-map';

const MAGIC = 0x5444454d; // MEDT
const BAND = 256; // rows

const unknown = z.number().nullable().transform((value) => value ?? NaN);
const header = z.object({
  width: z.int().min(1),
  height: z.int().min(1),
  classes: z.array(z.object({ name: z.string(), color: z.string().regex(/^#[0-9a-f]{6}$/i) })),
  regions: z.array(
    z.object({
      ...{ label: z.int().min(1), area: z.int().min(1), sumX: z.number(), sumY: z.number(), left: z.int(), top: z.int(), right: z.int(), bottom: z.int() },
      ...{ class: z.int().min(0), probability: unknown, meanIntensity: unknown },
    }),
  ),
  bands: z.array(z.int().min(0)), // bytes
});

/** Remembers compressed bands between two savings. */
export class EditWriter {
  readonly #bands: (Uint8Array | undefined)[];

  constructor(readonly map: LabelMap) {
    this.#bands = new Array<undefined>(Math.ceil(map.height / BAND));
  }

  /** These rows have changed. */
  touch({ y, height }: Box): void {
    for (let band = Math.floor(y / BAND); band * BAND < y + height; band++) this.#bands[band] = undefined;
  }

  write(classes: readonly ClassLook[]): Uint8Array<ArrayBuffer> {
    const { map } = this;
    const bands = Array.from(this.#bands, (known, band) => (this.#bands[band] = known ?? packBand(map, band)));
    const regions = [...map.regions.values()].filter(({ area }) => area > 0);
    const text = new TextEncoder().encode(JSON.stringify({ width: map.width, height: map.height, classes, regions, bands: bands.map(({ length }) => length) }));
    const bytes = new Uint8Array(8 + text.length + bands.reduce((sum, { length }) => sum + length, 0));
    new DataView(bytes.buffer).setUint32(0, MAGIC, true);
    new DataView(bytes.buffer).setUint32(4, text.length, true);
    bytes.set(text, 8);
    let offset = 8 + text.length;
    for (const band of bands) {
      bytes.set(band, offset);
      offset += band.length;
    }
    return bytes;
  }
}

/** Throws ModelError BAD_INPUT for what is no such file, or does not fit `width` x `height`. */
export function readEdit(bytes: Uint8Array, width: number, height: number): { map: LabelMap; classes: ClassLook[] } {
  const bad = (came: string) => new ModelError('BAD_INPUT', `a saved edit of ${width} x ${height} pixels was expected, ${came}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) throw bad('something else came');
  const start = 8 + view.getUint32(4, true);
  const parsed = header.safeParse(parseJson(new TextDecoder().decode(bytes.subarray(8, start))));
  if (!parsed.success || parsed.data.width !== width || parsed.data.height !== height) throw bad('its header does not fit');
  const { classes, regions, bands } = parsed.data;
  if (bands.length !== Math.ceil(height / BAND) || start + bands.reduce((sum, size) => sum + size, 0) !== bytes.length) throw bad('it is cut off');
  const map = new LabelMap(width, height, new Int32Array(width * height));
  let offset = start;
  bands.forEach((size, band) => {
    if (!unpackBand(map, band, bytes.subarray(offset, offset + size))) throw bad('it is damaged');
    offset += size;
  });
  for (const region of regions) map.put(region);
  return { map, classes };
}

function packBand({ labels, width, height }: LabelMap, band: number): Uint8Array {
  const end = Math.min((band + 1) * BAND, height) * width;
  const numbers: number[] = [];
  const put = (value: number) => {
    for (; value > 127; value >>>= 7) numbers.push((value & 127) | 128);
    numbers.push(value);
  };
  for (let start = band * BAND * width, next: number; start < end; start = next) {
    const label = labels[start]!;
    next = start + 1;
    while (next < end && labels[next] === label) next++;
    put(next - start);
    put(label);
  }
  return deflateSync(Uint8Array.from(numbers), { level: 3 });
}

function unpackBand({ labels, width, height }: LabelMap, band: number, packed: Uint8Array): boolean {
  let numbers: Uint8Array;
  try {
    numbers = inflateSync(packed);
  } catch {
    return false;
  }
  let pixel = band * BAND * width;
  const end = Math.min((band + 1) * BAND, height) * width;
  let at = 0;
  const take = () => {
    let value = 0;
    for (let shift = 0; at < numbers.length; shift += 7) {
      const byte = numbers[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < numbers.length && pixel < end) {
    const length = take();
    labels.fill(take(), pixel, pixel + length);
    pixel += length;
  }
  return pixel === end && at === numbers.length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
