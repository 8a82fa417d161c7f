import { describe, expect, it } from 'vitest';
import { APRON, fillLabelTile, LABEL_SIDE, touchedTexels } from '../../../renderer/features/segment/canvas/label-tile';
import { paletteBytes } from '../../../renderer/features/segment/canvas/palette';
import { ancestors, levelCount, levelFor, levelSize, TILE, tileBox, visibleTiles } from '../../../renderer/features/segment/canvas/tiles';
import { fitView, lookAt, pan, toCanvas, toPicture, zoomAt } from '../../../renderer/features/segment/canvas/view';

const canvas = { width: 900, height: 600 };
const picture = { width: 8000, height: 6000 };

describe('view', () => {
  it('zooming keeps the point under the cursor', () => {
    const at = { x: 123, y: 456 };
    const view = { x: 3000, y: 2000, scale: 0.4 };
    const point = toPicture(view, canvas, at);
    const nearer = zoomAt(view, canvas, picture, at, 1.7);
    expect(toCanvas(nearer, canvas, point).x).toBeCloseTo(at.x, 6);
    expect(toCanvas(nearer, canvas, point).y).toBeCloseTo(at.y, 6);
  });

  it('fits the whole picture, and stops zooming at both ends', () => {
    const view = fitView(canvas, picture);
    expect(toCanvas(view, canvas, { x: 0, y: 0 }).y).toBeGreaterThan(0);
    expect(toCanvas(view, canvas, { x: 8000, y: 6000 }).x).toBeLessThan(900);
    const middle = { x: 450, y: 300 };
    expect(zoomAt(view, canvas, picture, middle, 1e9).scale).toBe(64);
    expect(zoomAt(view, canvas, picture, middle, 1e-9).scale).toBeCloseTo(view.scale / 4);
  });

  it('never loses the picture', () => {
    expect(pan({ x: 10, y: 10, scale: 1 }, picture, 1e6, -1e6)).toEqual({ x: 0, y: 6000, scale: 1 });
  });

  it('looks at an instance without zooming out, except where it would not fit', () => {
    expect(lookAt({ x: 0, y: 0, scale: 5 }, canvas, picture, { x: 10, y: 20, width: 30, height: 40 })).toEqual({ x: 25, y: 40, scale: 5 });
    expect(lookAt({ x: 0, y: 0, scale: 5 }, canvas, picture, { x: 0, y: 0, width: 900, height: 10 }).scale).toBeLessThan(1);
  });
});

describe('tiles', () => {
  it('pick the level whose pixels are about a canvas pixel', () => {
    expect([64, 1, 0.51, 0.5, 0.26, 0.25, 0.001].map((scale) => levelFor(scale, 5))).toEqual([0, 0, 0, 1, 1, 2, 4]);
    expect(levelCount(picture)).toBe(5);
    expect(levelCount({ width: 512, height: 3 })).toBe(1);
    expect(levelSize({ width: 5, height: 1 }, 1)).toEqual({ width: 3, height: 1 });
  });

  it('visible ones cover the canvas and no more', () => {
    const view = { x: 4000, y: 3000, scale: 1 };
    const tiles = visibleTiles(view, canvas, picture, 0);
    expect(tiles.length).toBeLessThanOrEqual(9);
    for (const corner of [{ x: 0, y: 0 }, { x: 899, y: 599 }]) {
      const at = toPicture(view, canvas, corner);
      expect(tiles).toContainEqual({ level: 0, column: Math.floor(at.x / TILE), row: Math.floor(at.y / TILE) });
    }
    expect(visibleTiles(fitView(canvas, picture), canvas, picture, 4)).toEqual([{ level: 4, column: 0, row: 0 }]);
  });

  it('ancestors hold their tiles', () => {
    const tile = { level: 0, column: 13, row: 7 };
    const box = tileBox(tile, picture);
    for (const ancestor of ancestors(tile, 5)) {
      const outer = tileBox(ancestor, picture);
      expect(outer.x <= box.x && outer.y <= box.y && outer.x + outer.width >= box.x + box.width && outer.y + outer.height >= box.y + box.height).toBe(true);
    }
  });
});

describe('label tiles', () => {
  const map = { width: 1200, height: 700, labels: Int32Array.from({ length: 840_000 }, (_, i) => i % 60_000) };

  it('hold the pixels and an apron', () => {
    const texels = new Uint16Array(LABEL_SIDE ** 2);
    fillLabelTile(texels, map, { level: 0, column: 1, row: 0 });
    expect(texels[APRON * LABEL_SIDE + APRON]).toBe(512);
    expect(texels[(APRON + 3) * LABEL_SIDE]).toBe((3 * 1200 + 508) % 60_000);
    expect(texels[0]).toBe(508); // above the picture its first row goes on
  });

  it('an update of the touched texels equals a new tile', () => {
    for (const level of [0, 1, 2]) {
      const tile = { level, column: level === 2 ? 0 : 1, row: 0 };
      const stale = new Uint16Array(LABEL_SIDE ** 2);
      fillLabelTile(stale, map, tile);
      const changed = { ...map, labels: map.labels.slice() };
      const box = { x: 500, y: 90, width: 650, height: 41 };
      for (let y = box.y; y < box.y + box.height; y++) changed.labels.fill(7, y * 1200 + box.x, y * 1200 + box.x + box.width);
      const part = touchedTexels(tile, box)!;
      const fresh = new Uint16Array(part.width * part.height);
      fillLabelTile(fresh, changed, tile, part);
      for (let y = 0; y < part.height; y++) stale.set(fresh.subarray(y * part.width, (y + 1) * part.width), (part.y + y) * LABEL_SIDE + part.x);
      const whole = new Uint16Array(LABEL_SIDE ** 2);
      fillLabelTile(whole, changed, tile);
      expect(Buffer.compare(Buffer.from(stale.buffer), Buffer.from(whole.buffer))).toBe(0);
    }
    expect(touchedTexels({ level: 0, column: 0, row: 0 }, { x: 600, y: 0, width: 5, height: 5 })).toBeUndefined();
  });
});

it('the palette hides, shows and selects', () => {
  const bytes = paletteBytes(1025, (label) => (label === 2 ? undefined : { color: [1, 2, 3], shown: label !== 1, selected: label === 1025 }));
  expect(bytes).toHaveLength(4 * 2048);
  expect([...bytes.subarray(4, 16)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 128]);
  expect([...bytes.subarray(4 * 1025, 4 * 1025 + 4)]).toEqual([1, 2, 3, 255]);
});
