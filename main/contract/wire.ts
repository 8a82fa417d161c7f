/** What goes over the WebSocket, as JSON text. Electron's IPC carries the same two things natively: invoke(name, params) and events. */
import { z } from 'zod';
import { errorReport } from './job';

export const clientMessage = z.object({ id: z.int(), call: z.string(), params: z.unknown() });
export type ClientMessage = z.infer<typeof clientMessage>;

export const serverMessage = z.union([
  z.object({ id: z.int(), result: z.unknown() }),
  z.object({ id: z.int(), error: errorReport }),
  z.object({ event: z.string(), body: z.unknown() }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** Electron: the answer to invoke, so that an error keeps its code. */
export const ipcAnswer = z.union([z.object({ result: z.unknown() }), z.object({ error: errorReport })]);
export type IpcAnswer = z.infer<typeof ipcAnswer>;

export { IPC_CALL, IPC_EVENT, type PreloadApi } from './preload-api';
