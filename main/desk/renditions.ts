import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { fileFacts, type FileFacts } from '../contract/media';
import { spectrogramFile, WAVEFORM_FILE } from '../contract/overview';
import type { ServiceHost } from '../contract/worker-services';
import { readError } from '../fs/system-errors';
import type { Opened } from './opened-files';
import { RenditionCache } from './rendition-cache';

const VERSION = 2; // of how the files are made: another one makes all anew
const CACHE_BYTES = 2e9;
const PICTURE = 'picture.png';
const ORIGINAL = 'original'; // holds the content type of a picture that the browser shows as it is

/** A file to be served. */
export interface Rendition {
  path: string;
  contentType: string;
}

export interface RenditionsOptions {
  dataDir: string;
  files: { get(id: string): Pick<Opened, 'file' | 'path'> };
  host: ServiceHost;
  soundHost?: ServiceHost; // for whole recordings, where they shall not keep pictures waiting
  cacheBytes?: number;
}

/** What the window shows of an open file, by its id: made in the child when it is first asked for, kept in a cache until the file changes. Throws AppError. */
export class Renditions {
  private readonly cache: RenditionCache;

  constructor(private readonly options: RenditionsOptions) {
    this.cache = new RenditionCache(path.join(options.dataDir, 'cache'), options.cacheBytes ?? CACHE_BYTES);
  }

  async facts(id: string): Promise<FileFacts> {
    const { kind } = this.options.files.get(id).file;
    if (kind === 'model') return { kind };
    const file = await this.cached(id, 'facts.json', async (input, staged) => {
      await writeFile(staged, JSON.stringify(await this.options.host.serve({ service: 'facts', params: { input, kind } })));
    });
    return fileFacts.parse(JSON.parse(await readFile(file, 'utf8')));
  }

  async thumbnail(id: string): Promise<Rendition> {
    return { path: await this.serve(id, 'thumbnail'), contentType: 'image/webp' };
  }

  /** The file itself where a browser shows it right. */
  async picture(id: string): Promise<Rendition> {
    const folder = await this.cached(id, 'picture', async (input, staged) => {
      await mkdir(staged);
      const { original } = await this.options.host.serve({ service: 'picture', params: { input, staged: path.join(staged, PICTURE) } });
      if (original !== null) await writeFile(path.join(staged, ORIGINAL), original);
    });
    const drawn = path.join(folder, PICTURE);
    if (existsSync(drawn)) return { path: drawn, contentType: 'image/png' };
    return { path: this.options.files.get(id).path, contentType: await readFile(path.join(folder, ORIGINAL), 'utf8') };
  }

  async sound(id: string): Promise<Rendition> {
    return { path: await this.serve(id, 'sound'), contentType: 'audio/wav' };
  }

  async waveform(id: string): Promise<Rendition> {
    return { path: path.join(await this.serve(id, 'overview'), WAVEFORM_FILE), contentType: 'application/octet-stream' };
  }

  /** `tile`: counted from 0; BAD_USAGE behind the last one. */
  async spectrogram(id: string, tile: number): Promise<Rendition> {
    const file = path.join(await this.serve(id, 'overview'), spectrogramFile(tile));
    if (!Number.isInteger(tile) || !existsSync(file)) throw new AppError('BAD_USAGE', `The spectrogram has no tile ${tile}`, 'Ask for tiles within the length of the recording.');
    return { path: file, contentType: 'image/png' };
  }

  private serve(id: string, service: 'thumbnail' | 'sound' | 'overview'): Promise<string> {
    const { host, soundHost = host } = this.options;
    const server = service === 'thumbnail' ? host : soundHost;
    return this.cached(id, service, async (input, staged) => void (await server.serve({ service, params: { input, staged } })));
  }

  private async cached(id: string, what: string, make: (input: string, staged: string) => Promise<void>): Promise<string> {
    const input = this.options.files.get(id).path;
    const { size, mtimeMs } = await stat(input).catch((error: unknown) => Promise.reject(readError(error, input)));
    const key = createHash('sha256').update(JSON.stringify([VERSION, input, size, mtimeMs])).digest('hex').slice(0, 32);
    return this.cache.get(`${key}-${what}`, (staged) => make(input, staged));
  }
}
