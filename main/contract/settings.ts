import { z } from 'zod';
import { TASKS } from './formats';
import { DEVICES } from './job';

export const LANGUAGES = ['en', 'es', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every field has a default, so that a file of an older version, or a damaged one, still opens. */
export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  language: z.enum(['system', ...LANGUAGES]).catch('system'),
  device: z.enum(DEVICES).catch('auto'),
  threads: z.int().min(0).max(256).catch(0), // 0: as many as the machine has cores
  models: z.partialRecord(z.enum(TASKS), z.string()).catch({}), // the user's default for a task
  outputFolder: z.string().nullable().catch(null), // offered first for batches
  micrometresPerPixel: z.number().positive().nullable().catch(null), // offered first for measurements
  keepAwake: z.boolean().catch(true), // while something runs
  welcomed: z.boolean().catch(false), // the first-run screen was closed
});
export type Settings = z.infer<typeof settings>;

export const defaultSettings: Settings = settings.parse({});
