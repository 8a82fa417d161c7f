import { z } from 'zod';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const logEntry = z.object({
  time: z.number(), // ms since 1970
  level: z.enum(LOG_LEVELS),
  source: z.string(), // area: desk, worker, batch, library, serve, window ...
  message: z.string(),
});
export type LogEntry = z.infer<typeof logEntry>;
