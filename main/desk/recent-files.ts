import { readFile } from 'node:fs/promises';
import { requests, type Result } from '../contract/api';
import { writeAtomic } from '../fs/atomic-write';

export type RecentFile = Result<'files.recent'>[number];

const KEPT = 30;

/** The files opened last, the latest first, in one JSON file. A damaged one is an empty list. */
export class RecentFiles {
  private list: Promise<RecentFile[]> | undefined;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: string) {}

  get(): Promise<RecentFile[]> {
    return (this.list ??= load(this.file));
  }

  async add(files: readonly RecentFile[]): Promise<void> {
    if (files.length === 0) return;
    const latest = files.filter(({ path }) => path !== '').map(({ path, name, kind }) => ({ path, name, kind })).reverse();
    await this.change((old) => [...latest, ...old.filter((each) => latest.every((file) => file.path !== each.path))].slice(0, KEPT));
  }

  /** null: all. */
  forget(path: string | null): Promise<void> {
    return this.change((old) => (path === null ? [] : old.filter((each) => each.path !== path)));
  }

  private async change(next: (old: RecentFile[]) => RecentFile[]): Promise<void> {
    const list = this.get().then(next);
    this.list = list;
    const written = this.writing.then(async () => writeAtomic(this.file, JSON.stringify(await list)));
    this.writing = written.catch(() => undefined);
    await written;
  }
}

async function load(file: string): Promise<RecentFile[]> {
  try {
    return requests['files.recent'].result.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}
