/** Published checkpoints that can be downloaded: where they are and what they must be. The addresses name a commit where the place has commits. */
import { z } from 'zod';
import { TASK_OF, type Architecture } from '../../models/cards/card';
import { TASKS } from '../contract/formats';
import { modelEntry } from '../contract/library';
import published from './catalogue.json';

const described = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string(),
  task: z.enum(TASKS),
  architecture: z.enum(Object.keys(TASK_OF) as Architecture[]),
  licence: z.string(),
  summary: z.string(),
  page: z.url(), // for people
  figures: modelEntry.shape.figures,
  limits: z.array(z.string()),
});

/** Either a file whose size and checksum are known here, or one of the Hugging Face Hub, which is asked for both when the model is installed. */
export const catalogueEntry = z.union([
  described.extend({ url: z.url(), bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  described.extend({ hub: z.string().regex(/^hf:[\w.-]+\/[\w.-]+\/.+$/) }),
]);
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

export const catalogue: readonly CatalogueEntry[] = z.array(catalogueEntry).parse(published);
