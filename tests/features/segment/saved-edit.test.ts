import { describe, expect, it } from 'vitest';
import { LabelMap } from '../../../renderer/features/segment/edit/label-map';
import { Edit } from '../../../renderer/features/segment/edit/patch';
import { EditWriter, readEdit } from '../../../renderer/features/segment/edit/saved-edit';

const classes = [{ name: 'nucleus', color: '#e69f00' }];

function painted(): LabelMap {
  const map = new LabelMap(300, 600, new Int32Array(180_000));
  const edit = new Edit(map);
  for (let label = 1; label <= 300; label++) for (let y = 0; y < 2; y++) edit.paint(2 * label - 2 + y, label, 200, label);
  edit.finish();
  map.region(7).probability = 0.25;
  return map;
}

describe('saved edit', () => {
  it('comes back as it was', () => {
    const map = painted();
    const bytes = new EditWriter(map).write(classes);
    const read = readEdit(bytes, 300, 600);
    expect(read.map.labels).toEqual(map.labels);
    expect([...read.map.regions.values()]).toEqual([...map.regions.values()].filter(({ area }) => area > 0));
    expect(read.classes).toEqual(classes);
    expect(bytes.length).toBeLessThan(60_000);
  });

  it('writes changed bands anew', () => {
    const map = painted();
    const writer = new EditWriter(map);
    writer.write(classes);
    const edit = new Edit(map);
    edit.paint(300, 250, 260, 9);
    writer.touch(edit.finish()!.touched);
    expect(readEdit(writer.write(classes), 300, 600).map.labels).toEqual(map.labels);
  });

  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['something else', () => new TextEncoder().encode('{"error": true}')],
    ['a cut-off file', (bytes: Uint8Array) => bytes.slice(0, -5)],
    ['a damaged band', (bytes: Uint8Array) => bytes.map((byte, i) => (i > bytes.length - 50 ? byte ^ 0x5a : byte))],
  ])('refuses %s', (_name, damage) => {
    expect(() => readEdit(damage(new EditWriter(painted()).write(classes)), 300, 600)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('refuses the edit of another picture', () => {
    expect(() => readEdit(new EditWriter(painted()).write(classes), 600, 300)).toThrow('600 x 300');
  });
});
