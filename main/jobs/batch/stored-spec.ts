import { z } from 'zod';
import { batchSpec } from '../../contract/batch';

/** What was asked, as it lies on the disk. */
export const storedSpec = z.preprocess(withTasks, batchSpec);

/** Earlier versions had one task to a batch, without a list. */
function withTasks(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || 'tasks' in stored) return stored;
  const { task, model, formats, top, ...rest } = stored as Record<string, unknown>;
  return { ...rest, tasks: [{ task, model, formats, top }] };
}
