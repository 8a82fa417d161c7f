/** Requests and events over a WebSocket: one connection, one window. Garbage is answered or ends the connection, never the program. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { ErrorReport } from '../contract/errors';
import { clientMessage, type ServerMessage } from '../contract/wire';
import type { Studio } from '../studio';
import { reportOf } from './dispatch';
import type { Session } from './session';

export interface WebSocketLimits {
  messageBytes?: number; // of one message from the window
  backlogBytes?: number; // what may wait for a window that does not read
  pendingCalls?: number;
  connections?: number;
  heartbeatMs?: number;
}

const DEFAULTS: Required<WebSocketLimits> = { messageBytes: 4 << 20, backlogBytes: 64 << 20, pendingCalls: 1000, connections: 32, heartbeatMs: 30_000 };
const BAD_MESSAGE = 1008; // close code: policy violation
const GOING_AWAY = 1001;

/** Gives the function that ends all connections. */
export function attachWebSocket(server: Server, studio: Studio, session: Session, options: WebSocketLimits): () => void {
  const limits = { ...DEFAULTS, ...options };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, perMessageDeflate: false, clientTracking: true });
  const warn = (message: string) => studio.log.write('warn', 'serve', message);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    try {
      session.checkHost(request);
      session.checkOrigin(request, true);
      session.checkCookie(request);
      if (new URL(request.url ?? '/', 'http://studio').pathname !== '/ws') return refuse(socket, 404, 'Not Found');
    } catch (error) {
      warn(`Refused a WebSocket: ${(error as Error).message}`);
      return refuse(socket, 403, 'Forbidden', reportOf(error, (cause) => warn(String(cause))));
    }
    if (sockets.clients.size >= limits.connections) return refuse(socket, 503, 'Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveWindow(webSocket, studio, limits, warn));
  });

  return () => {
    for (const client of sockets.clients) client.close(GOING_AWAY, 'The server ends');
    setTimeout(() => sockets.clients.forEach((client) => client.terminate()), 500).unref();
    sockets.close();
  };
}

function serveWindow(socket: WebSocket, studio: Studio, limits: Required<WebSocketLimits>, warn: (message: string) => void): void {
  let pending = 0;
  let alive = true;

  const send = (message: ServerMessage) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > limits.backlogBytes) {
      warn('A window does not read what it is sent; its connection is ended');
      return socket.terminate();
    }
    socket.send(JSON.stringify(message));
  };
  const fail = (id: number, message: string) => send({ id, error: { code: 'BAD_USAGE', message, hint: 'Reload the window.' } });

  const heartbeat = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, limits.heartbeatMs);
  heartbeat.unref();
  socket.on('pong', () => (alive = true));
  const unsubscribe = studio.subscribe((event, body) => send({ event, body }));
  socket.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
  socket.on('error', (error: Error) => warn(`A window's connection failed: ${error.message}`)); // ws closes it: too large, bad UTF-8, bad frames

  socket.on('message', async (data: RawData, isBinary: boolean) => {
    const message = isBinary ? undefined : parse(data.toString());
    if (message === undefined) return socket.close(BAD_MESSAGE, 'Expected {"id", "call", "params"} as JSON text');
    const { id, call, params } = message;
    if (pending >= limits.pendingCalls) return fail(id, `More than ${limits.pendingCalls} requests wait for an answer`);
    pending++;
    const answer = await studio.call(call, params);
    pending--;
    send({ id, ...answer } as ServerMessage);
  });
}

function parse(text: string) {
  try {
    return clientMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, status: number, reason: string, report?: ErrorReport): void {
  const body = report ? JSON.stringify(report) : '';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
