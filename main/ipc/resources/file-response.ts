import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../contract/errors';
import { readError } from '../../fs/system-errors';
import { errorResponse } from './errors';
import { parseRange } from './range';

const CHUNK_BYTES = 256 * 1024;

export interface FileResponseOptions {
  mediaType: string;
  /** What hangs on this address never changes, so a browser need not ask again. */
  immutable?: boolean;
}

/** A file as the answer to GET or HEAD: ranges, ETag and If-None-Match; the body is read as it is taken. Throws AppError FILE_NOT_FOUND, NO_ACCESS. */
export async function fileResponse(request: Request, file: string, { mediaType, immutable = false }: FileResponseOptions): Promise<Response> {
  const handle = await open(file, 'r').catch((error: unknown) => Promise.reject(readError(error, file)));
  let handedOver = false;
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw new AppError('NOT_A_FILE', `${file} is not a file`, 'Name a file.');
    const { size, mtimeMs, ino } = info;
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}-${ino.toString(36)}"`;
    const headers: Record<string, string> = {
      'content-type': mediaType,
      'cache-control': immutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      'accept-ranges': 'bytes',
      etag,
    };
    if (request.headers.get('if-none-match')?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) return new Response(null, { status: 304, headers });

    const fresh = request.headers.get('if-range') ?? etag;
    const range = fresh === etag ? parseRange(request.headers.get('range'), size) : undefined;
    if (range === 'unsatisfiable') {
      return errorResponse({ code: 'BAD_USAGE', message: `The file has ${size} bytes`, hint: '' }, 416, { 'content-range': `bytes */${size}` });
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    headers['content-length'] = String(end - start + 1);
    if (range) headers['content-range'] = `bytes ${start}-${end}/${size}`;
    handedOver = request.method !== 'HEAD';
    return new Response(handedOver ? streamOf(handle, start, end + 1) : null, { status: range ? 206 : 200, headers });
  } finally {
    if (!handedOver) await handle.close();
  }
}

/** The bytes from `start` up to `end`, read on demand; the file is closed at the end, on errors and when the reader goes away. */
function streamOf(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { bytesRead, buffer } = await handle.read(new Uint8Array(Math.min(CHUNK_BYTES, end - at)), 0, Math.min(CHUNK_BYTES, end - at), at);
          if (bytesRead === 0 && at < end) throw new AppError('BAD_MEDIA', 'The file became shorter while it was read', 'Open it again.');
          at += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (at < end) return;
          await handle.close();
          controller.close();
        } catch (error) {
          await handle.close().catch(() => undefined);
          controller.error(error);
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}
