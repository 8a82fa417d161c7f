/** Node's requests and responses as those of the web standard, streamed both ways. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReadableStream as NodeReadableStream } from 'node:stream/web';

export function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET' } = incoming;
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    const [name, value] = [incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!];
    if (!name.startsWith(':')) headers.append(name, value);
  }
  const body = method === 'GET' || method === 'HEAD' ? null : (NodeReadableStream.from(incoming) as unknown as ReadableStream);
  // `duplex` is demanded for streams, and missing in the types
  return new Request(new URL(incoming.url ?? '/', 'http://studio'), { method, headers, body, duplex: 'half' } as RequestInit);
}

/** Sends it; when the client goes away the body is cancelled. An error of the body breaks the connection, so that nobody takes a part for the whole. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const reader = response.body?.getReader();
  if (!reader) return void outgoing.end();
  const gone = new AbortController();
  const leave = () => gone.abort();
  outgoing.once('close', leave);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (gone.signal.aborted) break;
      if (!outgoing.write(next.value)) await once(outgoing, 'drain', { signal: gone.signal });
    }
    outgoing.end();
  } catch {
    outgoing.destroy();
  } finally {
    outgoing.off('close', leave);
    await reader.cancel().catch(() => undefined);
  }
}
