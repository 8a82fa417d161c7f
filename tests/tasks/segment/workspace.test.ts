import { expect, it } from 'vitest';
import { Workspace } from '../../../models/tasks/segment/workspace';

it('a workspace gives the same memory again, and never the same twice in between', () => {
  const workspace = new Workspace();
  const take = () => [workspace.take(Uint8Array, 1001), workspace.take(Float32Array, 500), workspace.take(Uint8Array, 0)] as const;
  const first = take();
  expect(new Set(first.map(({ buffer }) => buffer)).size).toBe(3);
  workspace.clear();
  const [bytes, floats, none] = take();
  expect(bytes.buffer).toBe(floats.buffer);
  expect([bytes.length, floats.length, none.length]).toEqual([1001, 500, 0]);
  expect(floats.byteOffset).toBeGreaterThanOrEqual(bytes.byteOffset + 1001);
  expect(workspace.take(Uint8Array, 1).buffer).not.toBe(bytes.buffer); // it holds no more
  workspace.clear();
  expect(take()[0].buffer.byteLength).toBeGreaterThan(bytes.buffer.byteLength);
});

it('keeps no more than 64 MB', () => {
  const workspace = new Workspace();
  workspace.take(Uint8Array, 2 ** 26 + 1);
  workspace.clear();
  const [kept, more] = [workspace.take(Uint8Array, 2 ** 26), workspace.take(Uint8Array, 1)];
  expect(kept.buffer.byteLength).toBe(2 ** 26);
  expect(more.buffer).not.toBe(kept.buffer);
});
