/** One process at a time works on a batch: the window's and a command line may share a data folder. A killed process holds nothing. */
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError } from '../../contract/errors';
import { writeError } from '../../fs/system-errors';

const BEAT_MS = 3000;
const STALE_MS = 15_000; // and the owner's id was given to another process

export class Lock {
  private constructor(
    private readonly file: string,
    private readonly beat: NodeJS.Timeout,
  ) {}

  /** Throws AppError NOT_AVAILABLE while another process has it. */
  static async take(file: string): Promise<Lock> {
    for (;;) {
      try {
        await writeFile(file, `${process.pid}@${hostname()}`, { flag: 'wx' });
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          await rm(file, { force: true }); // made, but with nothing in it: the disk is full
          throw writeError(error, file);
        }
        if (await isHeld(file)) throw new AppError('NOT_AVAILABLE', 'Another Mamba Studio is working on this batch', 'Wait for it or end it, then resume.');
        await rm(file, { force: true });
      }
    }
    const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
    beat.unref();
    return new Lock(file, beat);
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    await rm(this.file, { force: true });
  }
}

async function isHeld(file: string): Promise<boolean> {
  try {
    const text = await readFile(file, 'utf8');
    const [pid, host = hostname()] = text.split('@');
    const owner = Number(pid);
    const age = Math.abs(Date.now() - (await stat(file)).mtimeMs); // the clock may have been set back
    if (text === '') return age < BEAT_MS; // its owner is about to write
    if (host !== hostname()) return age < STALE_MS; // on another machine, which shares the folder: its heart is all that can be seen
    if (owner === process.pid) return false; // of an earlier process with our id: within this one a batch is one object
    return Number.isInteger(owner) && owner > 0 && isAlive(owner) && age < STALE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
