/** The window in a browser: requests and events as JSON over one WebSocket of the page's own origin, files over HTTP. */
import { serverMessage, type ClientMessage } from '../../main/contract/wire';
import { BridgeError, type Bridge } from './bridge';
import { lost } from './check';
import { Connection, EventListeners } from './listeners';
import { fetchResource, uploadAll, uploadByRequest, type Upload } from './resources';

/** What is needed of a WebSocket; the browser's and that of `ws` both have it. */
interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
}

export interface WebSocketOptions {
  origin: string; // such as http://127.0.0.1:4000
  connect?: (url: string) => Socket;
  upload?: Upload;
  firstDelay?: number; // ms before the first new attempt; doubles up to `longestDelay`
  longestDelay?: number;
}

const OPEN = 1;

interface Pending {
  resolve: (result: never) => void;
  reject: (error: BridgeError) => void;
}

export interface WebSocketBridge extends Bridge {
  /** Ends it for good. */
  close(): void;
  /** Tries again at once instead of after the pause. */
  reconnect(): void;
}

export function webSocketBridge(options: WebSocketOptions): WebSocketBridge {
  const { origin, connect = (url) => new WebSocket(url) as Socket, upload = uploadByRequest, firstDelay = 300, longestDelay = 8000 } = options;
  const address = `${origin.replace(/^http/, 'ws')}/ws`;
  const events = new EventListeners();
  const connection = new Connection(false);
  const pending = new Map<number, Pending>();
  let waiting: string[] = []; // what was asked before the first connection stood
  let socket: Socket | null = null;
  let attempts = 0;
  let nextId = 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function receive(text: unknown): void {
    if (typeof text !== 'string') return;
    const message = serverMessage.safeParse(parseJson(text));
    if (!message.success) return;
    if ('event' in message.data) {
      events.emit(message.data.event, message.data.body);
      return;
    }
    const call = pending.get(message.data.id);
    if (call === undefined) return;
    pending.delete(message.data.id);
    if ('error' in message.data) call.reject(new BridgeError(message.data.error));
    else call.resolve(message.data.result as never);
  }

  function dropped(): void {
    socket = null;
    waiting = [];
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(lost());
    if (closed) return;
    const delay = Math.min(longestDelay, firstDelay * 2 ** attempts) * (0.75 + Math.random() / 2);
    attempts += 1;
    connection.set(false);
    clearTimeout(timer);
    timer = setTimeout(open, delay);
  }

  function open(): void {
    clearTimeout(timer);
    const fresh = connect(address);
    socket = fresh;
    fresh.onopen = () => {
      attempts = 0;
      for (const text of waiting) fresh.send(text);
      waiting = [];
      connection.set(true);
    };
    fresh.onmessage = (event: { data: unknown }) => receive(event.data);
    fresh.onerror = () => undefined; // `onclose` follows
    fresh.onclose = () => {
      if (socket === fresh) dropped();
    };
  }

  open();

  return {
    call(name, params) {
      return new Promise<never>((resolve, reject) => {
        if (socket === null || closed) return reject(lost());
        const message: ClientMessage = { id: nextId, call: name, params };
        nextId += 1;
        pending.set(message.id, { resolve, reject });
        const text = JSON.stringify(message);
        if (socket.readyState === OPEN) socket.send(text);
        else waiting.push(text);
      });
    },
    on: (name, listener) => events.on(name, listener),
    get connected() {
      return connection.connected;
    },
    onConnection: (listener) => connection.on(listener),
    url: (path) => origin + path,
    fetch: (path, init) => fetchResource(origin + path, init),
    openFiles: (files, onProgress, signal) => uploadAll(files, upload, origin, onProgress, signal),
    reconnect() {
      if (socket === null && !closed) open();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      const last = socket;
      last?.close();
      dropped();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
