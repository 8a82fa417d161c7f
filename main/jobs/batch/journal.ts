/** What happened in a batch, one line a happening, in order. The last line about an item tells its state; times of day decide nothing. */
import { z } from 'zod';
import { BATCH_STATES } from '../../contract/batch';
import { errorReport, format } from '../../contract/job';
import { inferenceTime } from '../../contract/worker-messages';
import { readLines, type LinePlace } from './line-file';

const item = z.object({ item: z.int().min(0) });
const target = z.object({ outDir: z.string(), outName: z.string() });
const output = z.object({ format, path: z.string(), sha256: z.string() });
const ours = z.array(output); // what this batch wrote for the item before, and may replace
const attempt = z.object({ ...item.shape, ...target.shape, job: z.string(), key: z.string(), ours }); // job: part of the names of staged files

export const record = z.discriminatedUnion('event', [
  z.object({ event: z.literal('state'), state: z.enum(BATCH_STATES), because: errorReport.nullable() }),
  z.object({ event: z.literal('start'), ...attempt.shape }),
  z.object({ event: z.literal('commit'), ...attempt.shape, outputs: z.array(output) }), // staged in full; the names come next
  z.object({ event: z.literal('done'), ...attempt.shape, outputs: z.array(output), setup: z.string(), bytes: z.number(), modified: z.number(), seconds: z.number(), inference: inferenceTime.optional() }), // bytes, modified: of the input
  z.object({ event: z.literal('failed'), ...item.shape, ours, error: errorReport, seconds: z.number() }),
  z.object({ event: z.literal('skipped'), ...item.shape, ours, outputs: z.array(z.string()) }), // outputs that were there
  z.object({ event: z.literal('waiting'), ...item.shape }), // again: its input changed, or its outputs are gone
  z.object({ event: z.literal('retry') }), // all that failed
  z.object({ event: z.literal('summary'), files: z.array(z.string()) }),
]);
export type Record = z.infer<typeof record>;
export type ItemRecord = Extract<Record, { item: number }>;
export type Attempt = z.infer<typeof attempt>;
export type Output = z.infer<typeof output>;

/** The readable records; `onGarbage` is told of each line that is none. */
export async function* readJournal(file: string, onGarbage: () => void): AsyncGenerator<{ record: Record; place: LinePlace }> {
  for await (const { value, place } of readLines(file)) {
    const parsed = record.safeParse(value);
    if (parsed.success) yield { record: parsed.data, place };
    else onGarbage();
  }
}
