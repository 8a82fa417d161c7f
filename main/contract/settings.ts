import { z } from 'zod';
import { TASKS } from './formats';
import { DEVICES } from './job';

export const LANGUAGES = ['en', 'es', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', ...LANGUAGES]),
  device: z.enum(DEVICES),
  threads: z.int().min(0).max(256), // 0: as many as the machine has cores
  languageModel: z.boolean(), // speech: words are chosen by how likely they follow one another, too
  models: z.partialRecord(z.enum(TASKS), z.string()), // the user's default for a task
  outputFolder: z.string().nullable(), // offered first for batches
  micrometresPerPixel: z.number().positive().nullable(), // offered first for measurements
  keepAwake: z.boolean(), // while something runs
  welcomed: z.boolean(), // the first-run screen was closed
};

/** As they are kept. Every field has a default, so that a file of an older version, or a damaged one, still opens. */
export const settings = z.object({
  theme: fields.theme.catch('system'),
  language: fields.language.catch('system'),
  device: fields.device.catch('auto'),
  threads: fields.threads.catch(0),
  languageModel: fields.languageModel.catch(true),
  models: fields.models.catch({}),
  outputFolder: fields.outputFolder.catch(null),
  micrometresPerPixel: fields.micrometresPerPixel.catch(null),
  keepAwake: fields.keepAwake.catch(true),
  welcomed: fields.welcomed.catch(false),
} satisfies Record<keyof typeof fields, z.ZodType>);
export type Settings = z.infer<typeof settings>;

/** How jobs run, by the user's wish. */
export type Computing = Pick<Settings, 'device' | 'threads' | 'languageModel'>;

/** A wish for a change. Here nothing falls back: what does not fit is refused. */
export const settingsPatch = z.strictObject(fields).partial();

export const defaultSettings: Settings = settings.parse({});
