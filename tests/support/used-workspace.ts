import { Workspace } from '../../models/tasks/segment/workspace';

/** Memory of `bytes` in which nothing is 0: what lies in a workspace after other work. */
export function usedWorkspace(bytes: number): Workspace {
  const workspace = new Workspace(bytes);
  workspace.take(Uint8Array, bytes).fill(255);
  workspace.clear();
  return workspace;
}
