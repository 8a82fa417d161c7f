import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

export interface LogFileOptions {
  maxBytes?: number; // of one file
  keep?: number; // files besides the current one
}

/** mamba-studio.log, and the older mamba-studio.1.log (the youngest), .2.log ... Losing a log line never stops the application. */
export class LogFile {
  private readonly maxBytes: number;
  private readonly keep: number;
  private bytes = 0;

  constructor(
    private readonly folder: string,
    { maxBytes = 2 << 20, keep = 3 }: LogFileOptions = {},
  ) {
    this.maxBytes = maxBytes;
    this.keep = keep;
    this.try(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.bytes = statSync(this.name(0), { throwIfNoEntry: false })?.size ?? 0;
    });
  }

  append(line: string): void {
    const data = Buffer.from(`${line}\n`);
    this.try(() => {
      if (this.bytes > 0 && this.bytes + data.length > this.maxBytes) this.rotate();
      appendFileSync(this.name(0), data, { mode: 0o600 });
      this.bytes += data.length;
    });
  }

  private rotate(): void {
    rmSync(this.name(this.keep), { force: true });
    for (let age = this.keep - 1; age >= 0; age--) {
      if (statSync(this.name(age), { throwIfNoEntry: false })) renameSync(this.name(age), this.name(age + 1));
    }
    this.bytes = 0;
  }

  private name(age: number): string {
    return path.join(this.folder, age === 0 ? 'mamba-studio.log' : `mamba-studio.${age}.log`);
  }

  private try(action: () => void): void {
    try {
      action();
    } catch {
      // a full or read-only disk: the log in memory goes on
    }
  }
}
