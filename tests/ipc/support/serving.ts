/** A server of the real studio with the real child, and requests over which a test has all power: any host, any header, any path. */
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { spawnWorker } from '../../../main/inference/spawn-node';
import { serve, type ServeOptions, type Serving } from '../../../main/ipc/serve';

export const ASSETS = fileURLToPath(new URL('../../../assets', import.meta.url));

export interface TestServer extends Serving {
  origin: string;
  cookie: string;
  /** With the cookie and, unless it is a GET, the origin. */
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** Opens a WebSocket with cookie and origin; rejects with the status where it is refused. */
  connect(headers?: Record<string, string>): Promise<Wire>;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
}

export async function startServing(options: Partial<ServeOptions> & { dataDir: string }): Promise<TestServer> {
  const serving = await serve({ folders: [], port: 0, spawn: spawnWorker, checkResults: true, ...options });
  const origin = `http://127.0.0.1:${serving.server.port}`;
  const admitted = await askRaw(serving.server.port, new URL(serving.server.url).search.replace(/^/, '/'), {});
  const cookie = admitted.headers['set-cookie']![0]!.split(';')[0]!;
  return {
    ...serving,
    origin,
    cookie,
    ask: (target, { method = 'GET', headers = {}, body } = {}) =>
      askRaw(serving.server.port, target, { method, headers: { cookie, ...(method === 'GET' ? {} : { origin }), ...headers }, ...(body === undefined ? {} : { body }) }),
    connect: (headers = {}) => connect(`ws://127.0.0.1:${serving.server.port}/ws`, { cookie, origin, ...headers }),
  };
}

/** `target` goes into the request line as it is, without a URL parser that would tidy it up. */
export function askRaw(port: number, target: string, { method = 'GET', headers = {}, body }: AskOptions): Promise<Answer> {
  const given = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: target, method, headers: given, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode!, headers: response.headers, bytes, text: bytes.toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface Wire {
  socket: WebSocket;
  /** Everything that came, parsed. */
  messages: Message[];
  /** Resolves with the answer to the call. */
  call(name: string, params?: unknown): Promise<Message>;
  /** Resolves with the first message that fits. */
  seen(fits: (message: Message) => boolean): Promise<Message>;
  closed: Promise<{ code: number; reason: string }>;
}

export interface Message {
  id?: number;
  result?: unknown;
  error?: { code: string; message: string; hint: string };
  event?: string;
  body?: unknown;
}

export function connect(url: string, headers: Record<string, string>): Promise<Wire> {
  const socket = new WebSocket(url, { headers });
  const messages: Message[] = [];
  const watchers = new Set<() => void>();
  let nextId = 1;
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as Message);
    for (const look of watchers) look();
  });
  const seen = (fits: (message: Message) => boolean) =>
    new Promise<Message>((resolve) => {
      const look = () => {
        const found = messages.find(fits);
        if (!found) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => reject(new Error(`status ${response.statusCode}`)));
    socket.on('error', reject);
    socket.once('open', () =>
      resolve({
        socket,
        messages,
        seen,
        closed,
        call: (name, params = {}) => {
          const id = nextId++;
          socket.send(JSON.stringify({ id, call: name, params }));
          return seen((message) => message.id === id);
        },
      }),
    );
  });
}

export const asset = (name: string) => path.join(ASSETS, name);
