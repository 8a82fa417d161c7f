/** What a file beside a checkpoint adds to a recognised card: the names of the classes. */
import { z } from 'zod';
import { ModelError } from '../errors';
import { LABEL_SETS, type ModelCard } from './card';

export interface Sidecar {
  file: string; // its path, for errors
  text: string;
}

/** Of a class: more than any model has would be a list of gaps. */
const NUMBER = /^\d{1,5}$/;

const name = z.string().trim().min(1);
/** As in config.json of the Hugging Face Hub, or a plain list; everything else in it is left alone, for configurations are often not those of the weights. */
const list = z.array(name).optional().catch(undefined);
const configuration = z.object({ id2label: z.record(z.string().regex(NUMBER), name).optional().catch(undefined), class_names: list, classes: list, labels: list });

/** The files that may stand beside a checkpoint called `stem` without its suffix; the first that is there counts. */
export function sidecarNames(stem: string): string[] {
  return [`${stem}.labels.txt`, 'labels.txt', 'class_labels_indices.csv', 'config.json'];
}

/** Throws BAD_CARD where the file names another number of classes than the weights have, or cannot be read. */
export function withSidecar(card: ModelCard, { file, text }: Sidecar): ModelCard {
  if (!card.classify) return card;
  const names = file.endsWith('.json') ? ofConfiguration(text, file) : file.endsWith('.csv') ? ofIndex(text) : text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  if (!names) return card;
  const { labels } = card.classify;
  const classes = typeof labels === 'string' ? LABEL_SETS[labels] : labels.length;
  if (names.length !== classes || names.includes('')) {
    throw new ModelError('BAD_CARD', `${file} names ${names.filter((label) => label !== '').length} classes, the weights have ${classes}`, 'Remove it or give the one that belongs to the weights.');
  }
  return { ...card, classify: { ...card.classify, labels: names } };
}

/** '' for a number without a name; undefined where the configuration names no classes. */
function ofConfiguration(text: string, file: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ModelError('BAD_CARD', `${file} is not JSON: ${(error as Error).message}`, 'Correct it, or remove it.');
  }
  const { id2label, class_names, classes, labels } = configuration.safeParse(json).data ?? {};
  return id2label ? inOrder(Object.entries(id2label)) : (class_names ?? classes ?? labels);
}

/** index,mid,display_name under a header, as AudioSet's index of classes; by the numbers in front. */
function ofIndex(text: string): string[] {
  const rows = text.split(/\r?\n/).slice(1).map((line) => /^(\d{1,5}),[^,]*,(?:"(.*)"|(.*))$/.exec(line.trim()));
  return inOrder(rows.flatMap((row): [string, string][] => (row ? [[row[1]!, (row[2] ?? row[3]!).replaceAll('""', '"').trim()]] : [])));
}

function inOrder(numbered: readonly (readonly [string, string])[]): string[] {
  const names: string[] = [];
  for (const [number, label] of numbered) names[Number(number)] = label;
  return Array.from(names, (label) => label ?? '');
}
