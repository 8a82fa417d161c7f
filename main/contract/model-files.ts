import { z } from 'zod';

/** The files of a model; the child reads them. A checkpoint without a card is recognised by its weights. */
export const modelFiles = z.object({ id: z.string(), card: z.string().optional(), weights: z.string() });
export type ModelFiles = z.infer<typeof modelFiles>;
