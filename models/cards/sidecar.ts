/** What a configuration beside a checkpoint adds to a recognised card: the names of the classes. */
import { z } from 'zod';
import { ModelError } from '../errors';
import { LABEL_SETS, type ModelCard } from './card';

/** As in config.json of the Hugging Face Hub; everything else in it is left alone, for configurations are often not those of the weights. */
const configuration = z.object({ id2label: z.record(z.string().regex(/^\d+$/), z.string().trim().min(1)).optional() });

/** Throws BAD_CARD where the configuration names another number of classes than the weights have. */
export function withConfiguration(card: ModelCard, json: unknown): ModelCard {
  const names = configuration.safeParse(json).data?.id2label;
  if (!card.classify || !names) return card;
  const { labels } = card.classify;
  const classes = typeof labels === 'string' ? LABEL_SETS[labels] : labels.length;
  const ordered = Array.from({ length: classes }, (_, i) => names[i]);
  if (Object.keys(names).length !== classes || ordered.includes(undefined)) {
    throw new ModelError('BAD_CARD', `config.json names ${Object.keys(names).length} classes, the weights have ${classes}`, 'Remove it or give the one that belongs to the weights.');
  }
  return { ...card, classify: { ...card.classify, labels: ordered as string[] } };
}
