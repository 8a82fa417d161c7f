/** Paths of main/contract/resources.ts over HTTP-like fetch, which Electron's app:// and the web server share. */
import type { OpenResult } from '../../main/contract/media';
import { openResult } from '../../main/contract/media';
import { resource } from '../../main/contract/resources';
import { BridgeError } from './bridge';
import { asReport, lost, reportOf } from './check';

/** Sends one file; `sent` hears the bytes that are on their way. Rejects with a BridgeError. */
export type Upload = (url: string, file: File, sent: (bytes: number) => void, signal?: AbortSignal) => Promise<unknown>;

export async function fetchResource(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { credentials: 'same-origin', ...init }).catch(() => {
    throw lost();
  });
  if (response.ok) return response;
  throw new BridgeError(asReport(await response.json().catch(() => null), `${response.status} ${response.statusText}`));
}

/** By XMLHttpRequest, because fetch does not tell how much of a body was sent. */
export const uploadByRequest: Upload = (url, file, sent, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.responseType = 'json';
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onerror = () => reject(lost());
    request.onabort = () => reject(new BridgeError({ code: 'CANCELLED', message: 'Cancelled', hint: '' }));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.onload = () => {
      if (request.status < 400) resolve(request.response);
      else reject(new BridgeError(asReport(request.response, `${request.status} ${request.statusText}`)));
    };
    request.send(file);
  });

/** One after the other; a file that fails is named among the rejected and stops none of the others. What `signal` ends is not named. */
export async function uploadAll(files: readonly File[], upload: Upload, origin: string, onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<OpenResult> {
  const result: OpenResult = { files: [], rejected: [] };
  const total = Math.max(1, files.reduce((sum, file) => sum + file.size, 0));
  let before = 0;
  for (const file of files) {
    if (signal?.aborted) break;
    try {
      const answer = await upload(origin + resource.upload(file.name), file, (bytes) => onProgress?.(Math.min(1, (before + bytes) / total)), signal);
      const one = openResult.parse(answer);
      result.files.push(...one.files);
      result.rejected.push(...one.rejected);
    } catch (error) {
      if (!signal?.aborted) result.rejected.push({ name: file.name, error: reportOf(error) });
    }
    before += file.size;
    onProgress?.(Math.min(1, before / total));
  }
  return result;
}
