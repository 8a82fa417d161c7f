import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { measurement, type Measurement } from '../contract/library';
import { writeAtomic } from '../fs/atomic-write';

/** How fast each model was on this machine, in one JSON file. A damaged file counts as none: it can be measured again. */
export class Measurements {
  private values: Promise<Record<string, Measurement>> | undefined;

  constructor(private readonly file: string) {}

  async get(id: string): Promise<Measurement | null> {
    return (await this.all())[id] ?? null;
  }

  /** null: forget it. */
  async set(id: string, value: Measurement | null): Promise<void> {
    const others = Object.entries(await this.all()).filter(([other]) => other !== id);
    const values = Object.fromEntries(value === null ? others : [...others, [id, value]]);
    this.values = Promise.resolve(values);
    await writeAtomic(this.file, `${JSON.stringify(values, null, 2)}\n`);
  }

  private all(): Promise<Record<string, Measurement>> {
    return (this.values ??= readFile(this.file, 'utf8').then((text) => z.record(z.string(), measurement).parse(JSON.parse(text))).catch(() => ({})));
  }
}
