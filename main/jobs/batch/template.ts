import path from 'node:path';
import { suffixesOf, type Task } from '../../contract/formats';
import type { BatchSpec } from '../../contract/batch';
import type { Found } from './scan';
import { checkPortable, checkRelative, refused } from './safe-name';
import { taskOf } from './tasks';

export const PLACEHOLDERS = ['dir', 'name', 'ext', 'task', 'model', 'index', 'date'] as const;
type Values = Record<(typeof PLACEHOLDERS)[number], string>;

export interface Target {
  outDir: string; // absolute
  outName: string; // without the format's suffix
}

/** What the whole batch knows of its outputs. */
export interface Naming {
  spec: Pick<BatchSpec, 'tasks' | 'outDir' | 'template' | 'collisions'>;
  models: ReadonlyMap<Task, string>; // ids
  date: string; // YYYY-MM-DD, when the batch was made
}

const INDEX_DIGITS = 4; // so that names sort

/** Throws AppError BAD_USAGE for a template that no input could make good. */
export function checkTemplate(template: string): void {
  const braces = template.replace(/\{(\w+)\}/g, (whole, name: string) => ((PLACEHOLDERS as readonly string[]).includes(name) ? '' : whole));
  if (/[{}]/.test(braces)) throw refused(`The template has ${/\{[^}]*\}?|\}/.exec(braces)![0]}, but there is only ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`);
  if (/^(\/|[a-z]:)/i.test(template)) throw refused('The template begins at the root of a disk; it goes on from the output folder');
  const segments = fill(template, { dir: 'x', name: 'x', ext: 'x', task: 'x', model: 'x', index: 'x', date: 'x' }).split('/');
  for (const segment of segments) {
    if (segment === '..') throw refused('The template leads out of the output folder (..)');
    checkPortable(segment);
  }
  if (segments.at(-1) === '') throw refused('The template ends in a folder; it needs a name, such as {name}');
}

/** Where the outputs of an input go. Throws AppError BAD_USAGE where the name cannot be. `index` counts from 1. */
export function targetOf({ spec, models, date }: Naming, { input, dir, ...found }: Pick<Found, 'input' | 'dir' | 'task'>, index: number): Target {
  const { task, formats } = taskOf(spec, found);
  const { name, ext } = path.parse(input);
  const root = spec.outDir ?? path.dirname(input);
  const values: Values = {
    dir: spec.outDir === null ? '' : dir,
    name,
    ext: ext.slice(1).toLowerCase(),
    task,
    model: models.get(task)!,
    index: String(index).padStart(INDEX_DIGITS, '0'),
    date,
  };
  const relative = fill(spec.template, values).split('/').filter((segment, i, all) => segment !== '' || i === all.length - 1).join('/');
  checkRelative(relative, root, Math.max(...formats.flatMap((format) => suffixesOf(task, format)).map((suffix) => suffix.length)));
  const target = path.join(root, relative);
  return { outDir: path.dirname(target), outName: path.basename(target) };
}

function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (_, name: keyof Values) => values[name]);
}

/** YYYY-MM-DD here; `time`: ms since 1970. */
export function localDate(time: number): string {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
