/** Electron: what the preload script and the main process agree on. No schema here, so that the preload script stays a few lines. */
import type { IpcAnswer } from './wire';

export const IPC_CALL = 'mamba:call'; // invoke(IPC_CALL, name, params) -> IpcAnswer
export const IPC_EVENT = 'mamba:event'; // (name, body)

/** What the preload script exposes as `window.mamba`. */
export interface PreloadApi {
  call(name: string, params: unknown): Promise<IpcAnswer>;
  onEvent(listener: (name: string, body: unknown) => void): () => void;
  /** Path of a dropped or picked File of the DOM; '' where it has none. */
  pathOf(file: unknown): string;
}
