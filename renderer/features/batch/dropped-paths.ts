import type { PreloadApi } from '../../../main/contract/wire';

/** Paths of what was dropped or picked, folders as they are; nothing in a browser, which keeps them to itself. */
export function droppedPaths(files: readonly File[]): string[] {
  const api = (window as { mamba?: PreloadApi }).mamba;
  return api === undefined ? [] : files.map((file) => api.pathOf(file)).filter((path) => path !== '');
}
