/** The web server of `mamba-studio serve`: the window's files, its resources, and the WebSocket's door. On 127.0.0.1 only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, type ErrorReport } from '../contract/errors';
import type { Studio } from '../studio';
import { reportOf } from './dispatch';
import { sendResponse, toRequest } from './node-adapter';
import { isResource } from './resources';
import { errorResponse, notFound } from './resources/errors';
import { staticFile } from './resources/static-file';
import { SECURITY_HEADERS } from './security-headers';
import { Session } from './session';
import { attachWebSocket, type WebSocketLimits } from './websocket';

const ADDRESS = '127.0.0.1';
const LONGEST_URL = 8192; // characters

export interface WebServerOptions {
  studio: Studio;
  /** The built window: out/renderer. */
  window: string;
  port: number; // 0: a free one
  /** Where the cookie is kept. */
  sessionFile: string;
  limits?: WebSocketLimits;
}

export interface WebServer {
  readonly url: string; // with the token
  /** Another address, which works once. */
  urlOnce(): string;
  readonly port: number;
  close(): Promise<void>;
}

/** Throws AppError NOT_AVAILABLE where the port is taken. */
export async function startWebServer({ studio, window, port, sessionFile, limits = {} }: WebServerOptions): Promise<WebServer> {
  const session = await Session.open(sessionFile);
  const warn = (message: string) => studio.log.write('warn', 'serve', message);
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 0, headersTimeout: 20_000 });
  server.on('request', (incoming, outgoing) => void answer(incoming, outgoing));
  const closeSockets = attachWebSocket(server, studio, session, limits);
  const listening = await listen(server, port);
  const addressWith = (token: string) => `http://${ADDRESS}:${listening}/?token=${token}`;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) outgoing.setHeader(name, value);
    incoming.on('error', () => undefined); // a client that goes away; the reader of the body hears of it
    let response: Response;
    try {
      response = await respond(incoming);
    } catch (error) {
      const report = reportOf(error, (cause) => studio.log.write('error', 'serve', cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)));
      if (report.code === 'NOT_ALLOWED') warn(`Refused ${incoming.method}: ${report.message}`);
      response = refusal(incoming, report);
    }
    if (!incoming.complete && response.status >= 400) outgoing.setHeader('connection', 'close'); // what it still sends is not taken
    await sendResponse(response, outgoing);
  }

  async function respond(incoming: IncomingMessage): Promise<Response> {
    session.checkHost(incoming);
    if ((incoming.url ?? '/').length > LONGEST_URL) throw new AppError('TOO_LARGE', `The address is longer than ${LONGEST_URL} characters`, '');
    const request = toRequest(incoming);
    const { pathname, searchParams } = new URL(request.url);
    const token = searchParams.get('token');
    if (pathname === '/' && token !== null && request.method === 'GET') return admit(session, token, incoming);
    session.checkOrigin(incoming);
    session.checkCookie(incoming);
    if (isResource(pathname)) return studio.resource(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') throw notFound(pathname);
    const file = await staticFile(request, window);
    if (pathname === '/') file.headers.set('cache-control', 'no-store');
    return file;
  }

  return {
    url: addressWith(session.token),
    urlOnce: () => addressWith(session.ticket()),
    port: listening,
    async close() {
      closeSockets();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The token in the address is changed for a cookie, so that it stands neither in the history nor in a Referer. */
function admit(session: Session, token: string, { headers }: IncomingMessage): Response {
  if (!session.admits(token)) throw new AppError('NOT_ALLOWED', 'The token of this address is wrong', 'Open the address that the server printed when it started; a server that was started again has a new one.');
  const shared = { 'set-cookie': session.cookie, 'cache-control': 'no-store' };
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return new Response(null, { status: 303, headers: { ...shared, location: '/' } });
  // after a link on another page a redirect would go without the SameSite=Strict cookie; a page of ours that loads the window goes with it
  return new Response('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Mamba Studio</title>', { headers: { ...shared, 'content-type': 'text/html; charset=utf-8' } });
}

/** People see a page, programs an ErrorReport. */
function refusal({ headers, method }: IncomingMessage, report: ErrorReport): Response {
  const response = errorResponse(report);
  if (method !== 'GET' || !headers.accept?.includes('text/html')) return response;
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mamba Studio</title><h1>Mamba Studio</h1><p>${escapeHtml(report.message)}</p><p>${escapeHtml(report.hint)}</p></html>`;
  return new Response(page, { status: response.status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new AppError('NOT_AVAILABLE', `Port ${port} of ${ADDRESS} cannot be used (${error.code ?? error.message})`, 'Choose another with --port, or 0 for any free one.'));
    });
    server.listen({ host: ADDRESS, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}
