import { expect, it } from 'vitest';
import { Workspace } from '../../../models/tasks/segment/workspace';

it('a workspace gives the same memory again, and never the same twice in between', () => {
  const workspace = new Workspace(4096);
  const take = () => [workspace.take(Uint8Array, 1001), workspace.take(Float32Array, 500), workspace.take(Uint8Array, 0)] as const;
  const [bytes, floats, none] = take();
  expect(floats.buffer).toBe(bytes.buffer);
  expect([bytes.length, floats.length, none.length]).toEqual([1001, 500, 0]);
  expect(floats.byteOffset).toBeGreaterThanOrEqual(bytes.byteOffset + 1001);
  workspace.clear();
  expect(take()).toEqual([bytes, floats, none]);
  expect(workspace.take(Uint8Array, 100).buffer).toBe(bytes.buffer);
});

it('beyond the workspace memory is allocated', () => {
  const workspace = new Workspace(64);
  const [inside, outside] = [workspace.take(Uint8Array, 64), workspace.take(Uint8Array, 1)];
  expect(outside.buffer).not.toBe(inside.buffer);
  expect(new Workspace().take(Float32Array, 3)).toEqual(new Float32Array(3));
});
