import { readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../contract/errors';
import { settings as schema, defaultSettings, settingsPatch, type Settings } from '../contract/settings';
import { writeAtomic } from '../fs/atomic-write';

export type SettingsPatch = { [Name in keyof Settings]?: Settings[Name] | undefined };

/** The user's settings in one JSON file. A field that does not fit falls back to its default; a file that is no JSON object is kept aside. */
export class SettingsStore {
  private readonly listeners = new Set<(settings: Settings) => void>();
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private current: Settings,
  ) {}

  /** `warn` hears of a damaged file. */
  static async open(file: string, warn: (message: string) => void): Promise<SettingsStore> {
    return new SettingsStore(file, await load(file, warn));
  }

  get(): Settings {
    return this.current;
  }

  /** Resolves when the change is on the disk. Changes come one after the other, so none gets lost. Throws AppError BAD_USAGE for a value that does not fit. */
  set(patch: SettingsPatch): Promise<Settings> {
    const checked = settingsPatch.safeParse(patch);
    if (!checked.success) return Promise.reject(new AppError('BAD_USAGE', `Settings: ${z.prettifyError(checked.error).slice(0, 500)}`, 'Nothing was changed.'));
    const result = this.writing.then(async () => {
      const next = schema.parse({ ...this.current, ...defined(patch) });
      await writeAtomic(this.file, `${JSON.stringify(next, null, 2)}\n`);
      this.current = next;
      for (const listener of [...this.listeners]) listener(next);
      return next;
    });
    this.writing = result.catch(() => undefined);
    return result;
  }

  /** Gives the function that ends it. */
  onChange(listener: (settings: Settings) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

async function load(file: string, warn: (message: string) => void): Promise<Settings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(`Settings could not be read, defaults are used: ${(error as Error).message}`);
    return defaultSettings;
  }
  try {
    return schema.parse(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    const aside = `${file}.damaged-${Date.now()}`;
    await rename(file, aside).catch(() => undefined);
    warn(`The settings file was damaged; defaults are used. The old one is kept as ${aside}`);
    return defaultSettings;
  }
}

/** A field that is there but undefined changes nothing. */
function defined(patch: SettingsPatch): SettingsPatch {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
