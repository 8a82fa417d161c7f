import { describe, expect, it } from 'vitest';
import { ramp } from '../../../renderer/features/transcribe/timeline/palette';
import { Peaks } from '../../../renderer/features/transcribe/timeline/peaks';
import { hit, limit, reveal, tickStep, timeAt, xOf, zoomAt, type View } from '../../../renderer/features/transcribe/timeline/view';
import { Random } from '../../support/random';
import { timesAsLong } from '../../support/speed';

describe('peaks', () => {
  const random = new Random(3);
  const pairs = new Int8Array(2 * 70_003).map((_, i) => (i % 2 === 0 ? -random.below(128) : random.below(128)));
  const peaks = new Peaks(pairs);

  it.each([[0, 700, 100], [3.21, 3.9, 69], [100, 650, 7], [650, 720, 40]])('from %d to %d s in %d columns no peak is lost', (start, end, columns) => {
    const drawn = peaks.range(start, end, columns);
    expect(drawn).toHaveLength(2 * columns);
    const step = (end - start) / columns;
    for (let column = 0; column < columns; column++) {
      const from = Math.ceil((start + column * step) * 100 - 1e-9);
      const until = Math.floor((start + (column + 1) * step) * 100 + 1e-9);
      let [low, high] = [0, 0];
      for (let i = from; i < Math.min(until, pairs.length / 2); i++) [low, high] = [Math.min(low, pairs[2 * i]! / 127), Math.max(high, pairs[2 * i + 1]! / 127)];
      expect(drawn[2 * column]).toBeLessThanOrEqual(low + 1e-6);
      expect(drawn[2 * column + 1]).toBeGreaterThanOrEqual(high - 1e-6);
    }
  });

  it('nothing outside the recording, nor of nothing', () => {
    expect([...peaks.range(-2, -1, 4), ...peaks.range(800, 900, 4)].every((value) => value === 0)).toBe(true);
    expect([...new Peaks(new Int8Array(0)).range(0, 1, 2)]).toEqual([0, 0, 0, 0]);
  });

  it('three hours are drawn as fast as seconds, about', () => {
    const long = new Peaks(new Int8Array(2 * 3 * 3600 * 100));
    const draw = (seconds: number) => {
      for (let i = 0; i < 200; i++) long.range(0, seconds, 1200);
    };
    expect(timesAsLong(() => draw(3 * 3600), () => draw(12))).toBeLessThan(60); // 900 if it read every value
  });
});

describe('view', () => {
  const view: View = { start: 10, span: 20, width: 1000 };

  it('pixels and times', () => {
    expect([timeAt(view, 0), timeAt(view, 500), xOf(view, 30), xOf(view, timeAt(view, 123))]).toEqual([10, 20, 1000, expect.closeTo(123)]);
  });

  it('zooming keeps the time under the pointer and ends at the recording', () => {
    const near = zoomAt(view, 250, 0.5, 100);
    expect([near.span, timeAt(near, 250)]).toEqual([10, expect.closeTo(15)]);
    expect(zoomAt(view, 250, 1000, 100)).toMatchObject({ start: 0, span: 100 });
    expect(zoomAt(view, 250, 1e-9, 100).span).toBe(0.5);
    expect(limit({ ...view, start: 95 }, 100)).toMatchObject({ start: 80, span: 20 });
    expect(limit(view, 0)).toMatchObject({ start: 0, span: 0.5 });
  });

  it('moves only when a time is out of sight', () => {
    expect(reveal(view, 12, 100)).toBe(view);
    expect(reveal(view, 50, 100).start).toBe(48);
    expect(reveal(view, 2, 100).start).toBe(0);
  });

  it('edges are caught within five pixels', () => {
    const segments = [{ id: 1, start: 11, end: 15 }, { id: 2, start: 15, end: 20 }, { id: 3, start: 21, end: 21.05 }];
    const at = (time: number) => hit(view, segments, xOf(view, time));
    expect([10.95, 11.05, 13, 14.95, 15.05, 20.05, 20.5, 20.95, 21.01, 29].map(at)).toEqual([
      { kind: 'edge', id: 1, edge: 'start' }, { kind: 'edge', id: 1, edge: 'start' }, { kind: 'segment', id: 1 }, { kind: 'edge', id: 1, edge: 'end' },
      { kind: 'edge', id: 2, edge: 'start' }, { kind: 'edge', id: 2, edge: 'end' }, { kind: 'pause' }, { kind: 'edge', id: 3, edge: 'start' }, { kind: 'edge', id: 3, edge: 'start' }, { kind: 'pause' },
    ]);
    expect(hit(view, [], 5)).toEqual({ kind: 'pause' });
  });

  it('marks stay apart', () => {
    for (const span of [0.5, 3, 30, 600, 10_800]) expect((tickStep({ ...view, span }) / span) * 1000).toBeGreaterThanOrEqual(80);
  });
});

it('colours run from stop to stop', () => {
  const colors = ramp('#000000', '#ff8000');
  expect([...colors.subarray(0, 3), ...colors.subarray(765)]).toEqual([0, 0, 0, 255, 128, 0]);
});
