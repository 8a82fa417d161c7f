/** The one way from the window to the serving process. Implementations: electron.ts, websocket.ts, and fake.ts for work on the interface alone. */
import type { EventBody, EventName, Params, RequestName, Result } from '../../main/contract/api';
import type { ErrorReport } from '../../main/contract/errors';
import type { OpenResult } from '../../main/contract/media';

export interface Bridge {
  /** Rejects with a BridgeError. */
  call<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>>;
  /** Gives the function that ends it. */
  on<Name extends EventName>(event: Name, listener: (body: EventBody<Name>) => void): () => void;
  /** Whether the serving process answers; `listener` hears every change. */
  readonly connected: boolean;
  onConnection(listener: (connected: boolean) => void): () => void;
  /** For <img>, <audio> and fetch: the URL of a path of main/contract/resources.ts. */
  url(path: string): string;
  /** fetch of such a path; rejects with a BridgeError unless the status is a success. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Opens files that were dropped, pasted or picked in the browser: by path where the system gives one, else by upload. `signal` ends uploads; those that are complete count. */
  openFiles(files: readonly File[], onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<OpenResult>;
}

export class BridgeError extends Error {
  override readonly name = 'BridgeError';

  constructor(readonly report: ErrorReport) {
    super(report.message);
  }
}
