import { AppError } from '../../contract/errors';

/** The whole body of a request. Throws AppError TOO_LARGE as soon as more than `limit` bytes are announced or come. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  checkLength(request, limit);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    bytes += next.value.byteLength;
    if (bytes > limit) {
      await reader?.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    chunks.push(next.value);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

export function checkLength(request: Request, limit: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
}

function tooLarge(limit: number): AppError {
  return new AppError('TOO_LARGE', `At most ${limit} bytes are taken here`, 'Send less at a time.');
}
