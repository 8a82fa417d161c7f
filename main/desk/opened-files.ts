import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, type ErrorReport } from '../contract/errors';
import type { OpenedFile, OpenResult } from '../contract/media';
import { checkInputFile } from '../fs/input-file';
import type { Grants } from '../fs/grants';
import { mediaKind } from './media-kind';
import { RecentFiles, type RecentFile } from './recent-files';
import { Uploads, type Received } from './uploads';
import { walkFolder } from './walk-folder';

const FOLDER_LIMIT = 10_000; // files looked at in one folder

export interface Opened {
  file: OpenedFile;
  path: string; // absolute, links resolved
  mediaType: string; // for HTTP
}

export interface OpenedFilesOptions {
  dataDir: string;
  grants: Grants;
  /** Hears names and paths that no report may show. */
  conceal?: (...texts: string[]) => void;
  uploadLimit?: number; // bytes
}

/** The files that the user opened in this session, by id: the only ones that the window can ask for. */
export class OpenedFiles {
  private readonly byId = new Map<string, Opened>();
  private readonly uploads: Uploads;
  private readonly recentFiles: RecentFiles;
  private readonly grants: Grants;
  private readonly conceal: (...texts: string[]) => void;

  constructor({ dataDir, grants, conceal = () => undefined, uploadLimit }: OpenedFilesOptions) {
    this.grants = grants;
    this.conceal = conceal;
    this.uploads = new Uploads(path.join(dataDir, 'uploads'), uploadLimit);
    this.recentFiles = new RecentFiles(path.join(dataDir, 'recent.json'));
  }

  /** Files, and folders with the media files below them. One bad path never hides the others. */
  async open(paths: readonly string[]): Promise<OpenResult> {
    const result: OpenResult = { files: [], rejected: [] };
    for (const given of paths) {
      try {
        const real = await this.grants.check(given);
        if ((await stat(real)).isDirectory()) result.files.push(...(await this.openFolder(real)));
        else result.files.push(await this.register(real, path.basename(given), real));
      } catch (error) {
        result.rejected.push({ name: path.basename(given), error: report(error) });
      }
    }
    result.files = [...new Map(result.files.map((file) => [file.id, file])).values()];
    await this.recentFiles.add(result.files).catch(() => undefined); // a full disk does not keep anyone from opening files
    return result;
  }

  /** What was dropped into a browser or pasted. Errors are in the result, and nothing is kept of a file that cannot be opened. */
  async upload(name: string, stream: ReadableStream<Uint8Array>): Promise<OpenResult> {
    let received: Received | undefined;
    try {
      received = await this.uploads.receive(name, stream);
      return { files: [await this.register(received.file, name, '')], rejected: [] };
    } catch (error) {
      if (received?.known === false) await this.uploads.discard(received.file);
      return { files: [], rejected: [{ name, error: report(error) }] };
    }
  }

  /** A file that the application itself vouches for: a recording of the microphone, a demo, an input of a restored job. Throws AppError. */
  async adopt(file: string, name: string, kind?: OpenedFile['kind']): Promise<OpenedFile> {
    return this.register(path.resolve(file), name, '', kind);
  }

  /** Throws AppError NOT_ALLOWED. */
  get(id: string): Opened {
    const found = this.byId.get(id);
    if (!found) throw new AppError('NOT_ALLOWED', `No open file has the id ${id}`, 'Open the file again.');
    return found;
  }

  /** The latest first; those that are gone or not granted are left out. */
  async recent(): Promise<RecentFile[]> {
    const files = await this.recentFiles.get();
    const there = await Promise.all(files.map((file) => this.grants.check(file.path).then(() => true, () => false)));
    return files.filter((_, index) => there[index]);
  }

  /** Takes one of the recent files out of their list; null: all. */
  forget(path: string | null): Promise<void> {
    return this.recentFiles.forget(path);
  }

  /** Removes uploads of earlier sessions that nothing has adopted. */
  clearUploads(): Promise<void> {
    return this.uploads.clear(new Set([...this.byId.values()].map((opened) => opened.path)));
  }

  private async openFolder(folder: string): Promise<OpenedFile[]> {
    const files: OpenedFile[] = [];
    for await (const file of walkFolder(folder, FOLDER_LIMIT)) {
      const opened = await this.grants.check(file).then((real) => this.register(real, path.basename(file), real)).catch(() => undefined);
      if (opened) files.push(opened);
    }
    if (files.length === 0) throw new AppError('FILE_NOT_FOUND', `${folder} holds no picture, recording or model`, 'Choose another folder.');
    const media = files.filter(({ kind }) => kind !== 'model');
    return media.length > 0 ? media : files; // an archive among pictures is not meant
  }

  private async register(file: string, name: string, shown: string, kind?: OpenedFile['kind']): Promise<OpenedFile> {
    await checkInputFile(file);
    const found = await mediaKind(file, name);
    const { size, mtimeMs } = await stat(file);
    const opened: OpenedFile = { id: idOf(file, name, size, mtimeMs), name, kind: kind ?? found.kind, bytes: size, path: shown };
    this.byId.set(opened.id, { file: opened, path: file, mediaType: found.mediaType });
    this.conceal(name, path.parse(name).name, file);
    return opened;
  }
}

/** The same for the same content of the same file, also after a restart: what hangs on an id never changes. */
function idOf(file: string, name: string, size: number, mtimeMs: number): string {
  return createHash('sha256').update(JSON.stringify([file, name, size, mtimeMs])).digest('base64url').slice(0, 22);
}

function report(error: unknown): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  return { code: 'NO_ACCESS', message: error instanceof Error ? error.message : String(error), hint: 'Check the file and its permissions.' };
}
