import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Task } from '../../contract/formats';
import { readError } from '../../fs/system-errors';
import { ContentCheck } from './content-check';
import { pathFilter } from './glob';
import { kindByName } from './media-names';
import { taskForKind, type TaskName } from './tasks';

export interface Found {
  input: string; // absolute
  dir: string; // its folder below the source, with forward slashes; '' at the top
  bytes: number;
  modified: number; // ms since 1970
  task?: Task; // without: the first
}

export interface ScanOptions {
  tasks: readonly TaskName[];
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  outDir: string | null; // not searched where it lies inside a source
  /** Rejects where a link leads to something that the user did not open. */
  check: (file: string) => Promise<unknown>;
  /** The sources are folders that may be away for a while: this hears of one that is, and the others are searched. Without, a missing source is thrown. */
  onMissing?: ((error: unknown) => void) | undefined;
  /** A folder below a source that cannot be read. */
  onProblem?: (error: unknown) => void;
  /** Ends the list where it is, also among folders that hold nothing. */
  signal?: AbortSignal;
  /** Of an earlier scan, whose answers still count. */
  content?: ContentCheck | undefined;
}

/**
 * The files of the sources, lazily: sources in the order given, the entries of a folder by name (code units), each file and folder once, however many links lead
 * to it. A file that is named itself is always taken, by the first task where its kind cannot be told; in folders hidden ones, other kinds and our own results
 * are passed over. Where the name does not tell what a file is, its content does.
 * Throws AppError FILE_NOT_FOUND or NO_ACCESS for a source.
 */
export async function* scan(sources: readonly string[], options: ScanOptions): AsyncGenerator<Found> {
  const out = options.outDir === null ? null : await realpath(options.outDir).catch(() => null);
  const seen = new Set<string>();
  const wanted = pathFilter(options.include, options.exclude);
  const { tasks, content = new ContentCheck() } = options;
  const tops = [];
  for (const source of sources) {
    try {
      tops.push({ source: path.resolve(source), info: await stat(source) });
    } catch (error) {
      if (!options.onMissing) throw readError(error, source);
      options.onMissing(readError(error, source));
    }
  }
  const folders = options.onMissing ? sources.length : tops.filter(({ info }) => info.isDirectory()).length;
  const named = folders > 1; // several folders: each under its own name
  for (const { source, info } of tops) {
    if (info.isDirectory()) yield* walk(source, named ? path.basename(source) : '', '');
    else if (once(await realpath(source))) yield found(source, '', info, await taskOfNamed(source, info));
  }

  function found(input: string, dir: string, info: Stats, { task }: TaskName): Found {
    return { input, dir, bytes: info.size, modified: info.mtimeMs, ...(task !== tasks[0]!.task && { task }) };
  }

  async function taskOfNamed(file: string, info: Stats): Promise<TaskName> {
    if (tasks.length === 1 || !info.isFile()) return tasks[0]!;
    const kind = kindByName(path.basename(file)) ?? (await content.kindOf(file, info));
    return (kind === null ? undefined : taskForKind(tasks, kind)) ?? tasks[0]!;
  }

  function once(real: string): boolean {
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  }

  async function* walk(folder: string, dir: string, relative: string): AsyncGenerator<Found> {
    const real = await realpath(folder).catch(() => undefined); // gone just now
    if (real === undefined || !once(real) || (real === out && relative !== '')) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      const problem = readError(error, folder);
      if (relative === '' && !options.onMissing) throw problem;
      if (relative === '') options.onMissing?.(problem);
      else options.onProblem?.(problem);
      return [];
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (options.signal?.aborted) return;
      if (entry.name.startsWith('.')) continue;
      const file = path.join(folder, entry.name);
      const below = join(relative, entry.name);
      const byName = kindByName(entry.name);
      const passedOver = byName === null || (byName !== undefined && taskForKind(tasks, byName) === undefined) || !wanted(below);
      if (entry.isFile() && passedOver) continue;
      const info = await look(file, entry.isSymbolicLink());
      if (info?.isDirectory()) yield* walk(file, join(dir, entry.name), below);
      if (!info?.isFile() || passedOver) continue;
      const kind = byName ?? (await content.kindOf(file, info));
      const task = kind === null ? undefined : taskForKind(tasks, kind);
      if (task && once(entry.isSymbolicLink() ? await realpath(file) : path.join(real, entry.name))) yield found(file, dir, info, task);
    }
  }

  /** Undefined for a link that leads nowhere or where the user did not allow, and for what has just vanished. */
  async function look(file: string, isLink: boolean): Promise<Stats | undefined> {
    try {
      if (isLink) await options.check(file);
      return await stat(file);
    } catch {
      return undefined;
    }
  }
}

function join(dir: string, name: string): string {
  return dir === '' ? name : `${dir}/${name}`;
}
