import { describe, expect, it } from 'vitest';
import { measureInstances } from '../../../models/tasks/segment/measure';
import type { Regions } from '../../../models/tasks/segment/regions';
import { stroke } from '../../../renderer/features/segment/edit/brush';
import { flood } from '../../../renderer/features/segment/edit/flood';
import { History, HISTORY_STEPS } from '../../../renderer/features/segment/edit/history';
import { boxOf, centroidOf, LabelMap } from '../../../renderer/features/segment/edit/label-map';
import { Edit } from '../../../renderer/features/segment/edit/patch';
import { fillPolygon } from '../../../renderer/features/segment/edit/polygon';
import { editedRegions } from '../../../renderer/features/segment/edit/result';
import { splitInstance } from '../../../renderer/features/segment/edit/split';
import { mergeInstances, removeInstances, setClasses } from '../../../renderer/features/segment/edit/whole';
import { Random } from '../../support/random';
import { timesAsLong } from '../../support/speed';

/** Digits are labels, dots are outside. */
function mapOf(...rows: string[]): LabelMap {
  const [width, height] = [rows[0]!.length, rows.length];
  const labels = Int32Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  const count = Math.max(0, ...labels);
  return LabelMap.from({ width, height, labels, regions: measured(width, height, labels, count) });
}

function measured(width: number, height: number, labels: Int32Array, count: number): Regions['regions'] {
  const picture = { width, height, channels: 1 as const, bitDepth: 8 as const, data: new Uint8Array(width * height).fill(7) };
  return measureInstances(picture, { width, height, labels, count }).filter(({ area }) => area > 0).map((instance) => ({ ...instance, class: 0, probability: 0.5 }));
}

function rowsOf({ labels, width }: LabelMap): string[] {
  return Array.from({ length: labels.length / width }, (_, y) => Array.from(labels.subarray(y * width, (y + 1) * width), (label) => label || '.').join(''));
}

/** What the map says of its regions, against a fresh measurement. */
function expectMeasured(map: LabelMap): void {
  const known = [...map.regions.values()].filter(({ area }) => area > 0).sort((a, b) => a.label - b.label);
  const fresh = measured(map.width, map.height, map.labels, map.highest);
  expect(known.map((region) => ({ label: region.label, area: region.area, centroid: centroidOf(region), box: boxOf(region) }))).toEqual(
    fresh.map(({ label, area, centroid, box }) => ({ label, area, centroid, box })),
  );
}

function apply(map: LabelMap, work: (edit: Edit) => void) {
  const edit = new Edit(map);
  work(edit);
  return edit.finish();
}

describe('tools', () => {
  it('the brush paints a disc, and a stroke without gaps', () => {
    const map = mapOf('.......', '.......', '.......', '.......', '.......');
    apply(map, (edit) => stroke(edit, { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1.2, 1));
    expect(rowsOf(map)).toEqual(['.......', '..1....', '.111...', '..1....', '.......']);
    apply(map, (edit) => stroke(edit, { x: 0.5, y: 0.5 }, { x: 6.5, y: 0.5 }, 0.5, 2));
    expect(rowsOf(map)[0]).toBe('2222222');
    expectMeasured(map);
  });

  it('a slanted stroke equals the pixels within the radius of its line', () => {
    const map = mapOf(...new Array<string>(20).fill('.'.repeat(30)));
    const [from, to, radius] = [{ x: 4.2, y: 15.7 }, { x: 24.9, y: 3.1 }, 2.3];
    apply(map, (edit) => stroke(edit, from, to, radius, 1));
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const expected = Int32Array.from({ length: 600 }, (_, i) => {
      const [x, y] = [(i % 30) + 0.5 - from.x, Math.floor(i / 30) + 0.5 - from.y];
      const along = Math.min(1, Math.max(0, (x * (to.x - from.x) + y * (to.y - from.y)) / length ** 2));
      return Number(Math.hypot(x - along * (to.x - from.x), y - along * (to.y - from.y)) <= radius);
    });
    expect(map.labels).toEqual(expected);
  });

  it('may leave neighbours alone', () => {
    const map = mapOf('.11.2');
    apply(map, (edit) => stroke(edit, { x: 0, y: 0.5 }, { x: 5, y: 0.5 }, 1, 3, (before) => before === 0));
    expect(rowsOf(map)).toEqual(['31132']);
  });

  it('outside of the picture nothing happens', () => {
    const map = mapOf('...', '...');
    expect(apply(map, (edit) => stroke(edit, { x: -9, y: -9 }, { x: -5, y: 9 }, 2, 1))).toBeUndefined();
    expect(apply(map, (edit) => flood(edit, 3, 0, 1))).toBeUndefined();
    expect(apply(map, (edit) => stroke(edit, { x: 9, y: 9 }, { x: 9, y: 9 }, 2, edit.create(0)))).toBeUndefined();
  });

  it('flood fills a hole and stops at corners', () => {
    const map = mapOf('1111.', '1..1.', '111..', '...1.');
    apply(map, (edit) => flood(edit, 1, 1, 1));
    expect(rowsOf(map)).toEqual(['1111.', '1111.', '111..', '...1.']);
    apply(map, (edit) => flood(edit, 3, 3, 2));
    expect(rowsOf(map)[3]).toBe('...2.');
    expectMeasured(map);
  });

  it('a polygon covers the centres inside of it', () => {
    const map = mapOf('.....', '.....', '.....', '.....');
    apply(map, (edit) => fillPolygon(edit, [{ x: 1, y: 1 }, { x: 4, y: 1 }, { x: 4, y: 3 }, { x: 1, y: 3 }], edit.create(0)));
    expect(rowsOf(map)).toEqual(['.....', '.111.', '.111.', '.....']);
    expect(apply(map, (edit) => fillPolygon(edit, [{ x: 0, y: 0 }, { x: 4, y: 4 }], 1))).toBeUndefined();
  });

  it('split gives the smaller part a new label of the same class, and every pixel stays in an instance', () => {
    const map = mapOf('1111111', '1111111', '1111111', '.......', '1......');
    map.region(1).class = 2;
    apply(map, (edit) => expect(splitInstance(edit, 1, [{ x: 2.5, y: -1 }, { x: 2.5, y: 4 }])).toEqual([2]));
    expect(map.regions.get(2)).toMatchObject({ class: 2 });
    expect(map.labels.filter((label) => label > 0)).toHaveLength(22);
    expect([map.at(0, 0), map.at(6, 0), map.at(0, 4)]).toEqual([2, 1, 1]); // the far part was not beside the line
    expectMeasured(map);
    expect(apply(map, (edit) => splitInstance(edit, 1, [{ x: 4, y: 0 }, { x: 5, y: 1 }]))).toBeUndefined();
  });

  it('merge, delete and relabel', () => {
    const map = mapOf('1.22', '33.2');
    apply(map, (edit) => mergeInstances(edit, [1, 3]));
    apply(map, (edit) => removeInstances(edit, [2]));
    apply(map, (edit) => setClasses(edit, [1], 4));
    expect(rowsOf(map)).toEqual(['1...', '11..']);
    expect(map.regions.get(1)).toMatchObject({ area: 3, class: 4 });
    expectMeasured(map);
    expect(apply(map, (edit) => setClasses(edit, [1], 4))).toBeUndefined();
  });
});

describe('history', () => {
  it('random edits: undo and redo restore map, measurements and facts exactly', () => {
    const random = new Random(11);
    const map = mapOf(...new Array<string>(40).fill('....1111....2222......33......44....'));
    const history = new History(map);
    const snapshot = () => JSON.stringify([Array.from(map.labels), [...map.regions.values()].filter(({ area }) => area > 0).sort((a, b) => a.label - b.label)]);
    const states = [snapshot()];
    const point = () => ({ x: random.next() * 36, y: random.next() * 40 });
    const alive = () => [...map.regions.values()].filter(({ area }) => area > 0).map(({ label }) => label);
    const some = () => alive()[random.below(alive().length)] ?? 0;
    const actions: ((edit: Edit) => unknown)[] = [
      (edit) => stroke(edit, point(), point(), random.next() * 4, random.below(5)),
      (edit) => stroke(edit, point(), point(), 1, edit.create(1), (before) => before === 0),
      (edit) => flood(edit, random.below(36), random.below(40), some()),
      (edit) => fillPolygon(edit, [point(), point(), point(), point()], edit.create(2)),
      (edit) => splitInstance(edit, some() || 1, [point(), point(), point()]),
      (edit) => mergeInstances(edit, [some() || 1, some() || 2]),
      (edit) => removeInstances(edit, [some() || 1]),
      (edit) => setClasses(edit, [some() || 1], random.below(4)),
    ];
    for (let step = 0; step < 400; step++) {
      if (random.next() < 0.3) {
        if (history.undo()) states.pop();
        expect(snapshot()).toBe(states.at(-1));
        if (random.next() < 0.5 && history.redo()) states.push(snapshot());
        continue;
      }
      const patch = apply(map, actions[random.below(actions.length)]!);
      if (!patch) continue;
      history.push(patch);
      states.push(snapshot());
      expectMeasured(map);
    }
    let undone = 0;
    while (history.undo()) {
      undone++;
      states.pop();
      expect(snapshot()).toBe(states.at(-1));
    }
    expect(undone).toBe(HISTORY_STEPS);
    while (history.redo()) undone--;
    expect(undone).toBe(0);
  });

  it('a new edit forgets what was undone', () => {
    const map = mapOf('1.2');
    const history = new History(map);
    history.push(apply(map, (edit) => removeInstances(edit, [1]))!);
    history.undo();
    history.push(apply(map, (edit) => removeInstances(edit, [2]))!);
    expect(history.canRedo).toBe(false);
    expect(rowsOf(map)).toEqual(['1..']);
  });
});

describe('editedRegions', () => {
  it('numbers without gaps', () => {
    const map = mapOf('1.2.3');
    apply(map, (edit) => removeInstances(edit, [2]));
    const { labels, count, regions } = editedRegions(map, [{ name: 'a', color: '#112233' }]);
    expect([...labels]).toEqual([1, 0, 0, 0, 2]);
    expect(count).toBe(2);
    expect(regions.map(({ label, box, meanIntensity }) => [label, box.x, meanIntensity])).toEqual([[1, 0, 7], [2, 4, 7]]);
  });
});

it('a stroke on 8000 x 8000 costs what it touches', () => {
  const strokes = (side: number) => {
    const map = new LabelMap(side, side, new Int32Array(side * side));
    let label = 1;
    return () => {
      label = 3 - label; // each overwrites the one before
      for (let i = 0; i < 100; i++) apply(map, (edit) => stroke(edit, { x: 100 + 3 * i, y: 250 }, { x: 130 + 3 * i, y: 260 }, 20, label));
    };
  };
  expect(timesAsLong(strokes(8000), strokes(500))).toBeLessThan(50); // 256 if it went through the map
});
