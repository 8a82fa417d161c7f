/** Published checkpoints: where they are and what they must be. The addresses name a commit where the place has commits. */
import { z } from 'zod';
import { TASK_OF, type Architecture } from '../../models/cards/card';
import { TASKS } from '../contract/formats';
import { modelEntry } from '../contract/library';
import published from './catalogue.json';

const described = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string(),
  task: z.enum(TASKS),
  architecture: z.enum(Object.keys(TASK_OF) as Architecture[]),
  licence: z.string(),
  summary: z.string(),
  page: z.url(), // for people
  about: z.int().positive().optional(), // bytes, where only roughly known
  figures: modelEntry.shape.figures,
  limits: z.array(z.string()),
});

/**
 * A file whose size and checksum are known here; one whose server is asked for its size when it is installed, with the checksum by which Git knows it, if it lies in Git;
 * one of the Hugging Face Hub, which is asked for both; or one that only people can fetch, from its page.
 */
export const catalogueEntry = z.union([
  described.extend({ url: z.url(), bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  described.extend({ url: z.url(), gitBlob: z.string().regex(/^[0-9a-f]{40}$/).optional() }),
  described.extend({ hub: z.string().regex(/^hf:[\w.-]+\/[\w.-]+\/.+$/) }),
  described.extend({ byHand: z.literal(true) }),
]);
export type CatalogueEntry = z.infer<typeof catalogueEntry>;
/** What the program fetches itself. */
export type Fetchable = Exclude<CatalogueEntry, { byHand: true }>;

export const catalogue: readonly CatalogueEntry[] = z.array(catalogueEntry).parse(published);
