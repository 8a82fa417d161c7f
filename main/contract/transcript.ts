/** What the transcribe task says of a recording; the same shape as models/tasks/transcribe/segments.ts. */
import { z } from 'zod';
import type { Segment, Transcript } from '../../models/tasks/transcribe/segments';

const word = z.object({ text: z.string(), start: z.number(), end: z.number(), confidence: z.number() });

export const segment = z.object({ start: z.number(), end: z.number(), text: z.string(), words: z.array(word) }) satisfies z.ZodType<Segment>;

export const transcript = z.object({ language: z.literal('en'), duration: z.number(), segments: z.array(segment) }) satisfies z.ZodType<Transcript>;

/** News of a transcript in the making: `segments` replace all from index `from` on. */
export const transcriptNews = z.object({ from: z.int().min(0), segments: z.array(segment) });
export type TranscriptNews = z.infer<typeof transcriptNews>;
