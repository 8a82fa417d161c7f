import { mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../contract/errors';
import { writeError } from '../fs/system-errors';
import { gitBlobOf, sha256Of } from './checksum';
import { fetchUrl } from './network';

const ANSWER_MS = 30_000;

export interface Wanted {
  url: string;
  bytes: number;
  /** where neither is published only the size is checked */
  sha256?: string;
  gitBlob?: string | undefined;
}

export interface DownloadOptions {
  signal: AbortSignal;
  onProgress: (fraction: number) => void;
  tries?: number; // in a row without a byte more
  pauseMs?: number; // between tries
  stallMs?: number; // without a byte: the try has failed
}

/**
 * Fetches a file to `file`. What an earlier try left there is gone on from where the server can (Range); at the end size and checksum must be right.
 * Errors: DOWNLOAD_FAILED (what has come stays for the next time), FILE_NOT_FOUND (the server has it no more), BAD_CHECKPOINT (other content), CANCELLED, DISK_FULL.
 */
export async function download(wanted: Wanted, file: string, options: DownloadOptions): Promise<void> {
  const { signal, tries = 4, pauseMs = 1500 } = options;
  await mkdir(path.dirname(file), { recursive: true }).catch((error: unknown) => Promise.reject(writeError(error, file)));
  for (let left = tries; ; ) {
    const before = await sizeOf(file);
    if (before === wanted.bytes) break;
    try {
      await fetchRest(wanted, file, before, options);
    } catch (error) {
      if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled');
      if (error instanceof AppError) throw error;
      left = (await sizeOf(file)) > before ? tries : left - 1;
      if (left === 0) throw lost(wanted.url, error);
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  if (await isAsPublished(file, wanted)) return;
  await rm(file, { force: true });
  throw new AppError('BAD_CHECKPOINT', `${wanted.url} gave a file with another checksum than the one published (${wanted.sha256 ?? wanted.gitBlob})`, 'Try again; if it stays so, the file was changed and is not to be trusted.');
}

async function isAsPublished(file: string, { sha256, gitBlob }: Wanted): Promise<boolean> {
  if (sha256 !== undefined) return (await sha256Of(file)) === sha256;
  return gitBlob === undefined || (await gitBlobOf(file)) === gitBlob;
}

/** Asks a server for the size of a file by asking for its first byte, which those that sign addresses answer too. Throws FILE_NOT_FOUND, DOWNLOAD_FAILED, CANCELLED. */
export async function askSize(url: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetchUrl(url, { headers: { range: 'bytes=0-0' }, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    startOf(response, url, 0);
    await response.body?.cancel();
    const bytes = Number(response.status === 206 ? response.headers.get('content-range')?.split('/')[1] : response.headers.get('content-length'));
    if (!(bytes > 0)) throw new Error('the server does not say how large it is');
    return bytes;
  } catch (error) {
    if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled');
    throw error instanceof AppError ? error : lost(url, error);
  }
}

/** One try: appends what is missing. Throws AppError where another try is in vain. */
async function fetchRest({ url, bytes }: Wanted, file: string, have: number, { signal, onProgress, stallMs = 30_000 }: DownloadOptions): Promise<void> {
  const stall = new AbortController();
  const watch = setTimeout(() => stall.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs);
  try {
    const response = await fetchUrl(url, { headers: have > 0 ? { range: `bytes=${have}-` } : {}, signal: AbortSignal.any([signal, stall.signal]) });
    const from = startOf(response, url, have);
    const handle = await open(file, from > 0 ? 'r+' : 'w').catch((error: unknown) => Promise.reject(writeError(error, file)));
    try {
      let at = from;
      for await (const block of response.body!) {
        watch.refresh();
        if (at + block.length > bytes) throw new AppError('BAD_CHECKPOINT', `${url} gives more than the ${bytes} bytes that were published`, 'The file was changed and is not to be trusted.');
        await handle.write(block, 0, block.length, at).catch((error: unknown) => Promise.reject(writeError(error, file)));
        at += block.length;
        onProgress(at / bytes);
      }
      if (at < bytes) throw new Error(`it ended after ${at} of ${bytes} bytes`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    clearTimeout(watch);
  }
}

/** Offset of the first byte that the answer brings. */
function startOf(response: Response, url: string, have: number): number {
  if (response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`)) return have;
  if (response.status === 200 && response.body) return 0;
  if (response.status >= 400 && response.status < 500 && ![408, 416, 429].includes(response.status)) {
    throw new AppError('FILE_NOT_FOUND', `${url} cannot be had (HTTP ${response.status})`, 'Its authors may have moved it: see their page, and import the file by hand.');
  }
  throw new Error(`HTTP ${response.status}`);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}

function lost(url: string, error: unknown): AppError {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : message;
  return new AppError('DOWNLOAD_FAILED', `${url} could not be downloaded: ${why}`, 'Check the connection and install again: what has come is kept.');
}
