import { describe, expect, it } from 'vitest';
import { contours, signedArea, type Polygon } from '../../../models/tasks/segment/contours';
import { measureInstances } from '../../../models/tasks/segment/measure';
import type { LabelImage } from '../../../models/tasks/segment/raster';
import { Random } from '../../support/random';

/** Digits are labels, dots are outside. */
export function drawn(...rows: string[]): LabelImage {
  const labels = Int32Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  return { width: rows[0]!.length, height: rows.length, labels, count: Math.max(0, ...labels) };
}

function tracedFirst(image: LabelImage): Polygon[] {
  return contours(image, 1, { x: 0, y: 0, width: image.width, height: image.height });
}

/** The pixels whose centres lie inside, by the even-odd rule over all rings. */
function filled(polygons: readonly Polygon[], { width, height }: LabelImage): Int32Array {
  const rings = polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
  return Int32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    let odd = 0;
    for (const ring of rings) {
      ring.forEach(([x1, y1], corner) => {
        const [, y0] = ring.at(corner - 1)!;
        if (y1 > y !== y0 > y && x < x1) odd ^= 1;
      });
    }
    return odd;
  });
}

describe('contours', () => {
  it('draws a pixel as a square, clockwise on the screen', () => {
    expect(tracedFirst(drawn('...', '.1.', '...'))).toEqual([{ outer: [[2, 1], [2, 2], [1, 2], [1, 1]], holes: [] }]);
  });

  it('keeps the corners only', () => {
    const [{ outer }] = tracedFirst(drawn('1111', '1111', '11..')) as [Polygon];
    expect(outer).toHaveLength(6);
    expect(signedArea(outer)).toBe(10);
  });

  it('parts that meet at a corner are two polygons', () => {
    expect(tracedFirst(drawn('1.', '.1')).map(({ outer }) => signedArea(outer))).toEqual([1, 1]);
  });

  it('holes that meet at a corner are two rings', () => {
    const [polygon, ...others] = tracedFirst(drawn('1111', '1.11', '11.1', '1111')) as [Polygon];
    expect(others).toEqual([]);
    expect(polygon.holes.map(signedArea)).toEqual([-1, -1]);
  });

  it('an outline that closes upon itself at a corner is an outline and a hole', () => {
    const [polygon, ...others] = tracedFirst(drawn('111', '1.1', '11.')) as [Polygon];
    expect(others).toEqual([]);
    expect(signedArea(polygon.outer)).toBe(8);
    expect(polygon.holes.map(signedArea)).toEqual([-1]);
  });

  it('a part inside of a hole is a polygon of its own, and its hole belongs to it', () => {
    const polygons = tracedFirst(drawn('1111111', '1.....1', '1.111.1', '1.1.1.1', '1.111.1', '1.....1', '1111111'));
    expect(polygons.map(({ outer, holes }) => [signedArea(outer), holes.map(signedArea)])).toEqual([[49, [-25]], [9, [-1]]]);
  });

  it('random maps: simple rings whose area is the number of pixels and whose inside is the instance', () => {
    const generator = new Random(7);
    const random = () => generator.next();
    for (let round = 0; round < 60; round++) {
      const [width, height] = [1 + Math.floor(random() * 12), 1 + Math.floor(random() * 12)];
      const labels = Int32Array.from({ length: width * height }, () => (random() < 0.6 ? 1 : random() < 0.5 ? 2 : 0));
      labels[0] = 1;
      labels[labels.length - 1] ||= 2;
      const image = { width, height, labels, count: 2 };
      for (const { label, area, box } of measureInstances({ width, height, channels: 1, bitDepth: 8, data: new Uint8Array(labels.length) }, image).filter(({ area }) => area > 0)) {
        const polygons = contours(image, label, box);
        const rings = polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
        expect(rings.reduce((sum, ring) => sum + signedArea(ring), 0)).toBe(area);
        for (const ring of rings) expect(new Set(ring.map(String)).size).toBe(ring.length);
        for (const { outer, holes } of polygons) {
          expect(signedArea(outer)).toBeGreaterThan(0);
          expect(signedArea(outer) + holes.reduce((sum, hole) => sum + signedArea(hole), 0)).toBeGreaterThan(0);
        }
        expect(filled(polygons, image)).toEqual(labels.map((value) => Number(value === label)));
      }
    }
  });
});
