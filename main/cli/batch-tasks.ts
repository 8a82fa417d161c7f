/** What `batch` is to do with each kind of file, from its options. */
import { InvalidArgumentError } from 'commander';
import type { BatchTask } from '../contract/batch';
import { AppError } from '../contract/errors';
import { defaultFormats, formatsOf, MEDIA_KINDS, TASKS, USUAL_TASKS, type Format, type Task } from '../contract/formats';

export interface TaskFlags {
  task?: Task[];
  format?: string;
  model?: string;
  top?: number;
}

/** The value of `--task`. */
export function taskList(text: string): Task[] {
  const tasks = text.split(',').map((part) => {
    const found = TASKS.find((name) => name === part.trim());
    if (found === undefined) throw new InvalidArgumentError(`"${part.trim()}" is no task; there are ${TASKS.join(', ')}.`);
    return found;
  });
  return [...new Set(tasks)];
}

/** Throws AppError BAD_USAGE, UNKNOWN_FORMAT_NAME. */
export function batchTasks({ format, model, top, task: tasks = usualTasks(format) }: TaskFlags): BatchTask[] {
  if (top !== undefined && !tasks.includes('classify')) throw new AppError('BAD_USAGE', `--top is for classify, not for ${tasks.join(', ')}`, 'Leave it out.');
  const formats = format === undefined ? undefined : formatLists(tasks, format);
  const models = modelsOf(tasks, model);
  return tasks.map((task) => ({ task, model: models.get(task), formats: formats?.get(task) ?? defaultFormats(task), ...(task === 'classify' && top !== undefined && { top }) }));
}

/** Pictures are segmented and recordings transcribed, or but one of the two where the formats are of that one alone. */
function usualTasks(format: string | undefined): Task[] {
  const both = MEDIA_KINDS.map((kind) => USUAL_TASKS[kind]);
  if (format === undefined) return both;
  const able = both.filter((task) => listed(format).some((name) => formatsOf(task).some((known) => known === name)));
  return able.length === 0 ? both : able;
}

function listed(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** Each name goes to each task that has such a format. */
function formatLists(tasks: readonly Task[], text: string): Map<Task, Format[]> {
  const names = listed(text);
  const known: readonly string[] = tasks.flatMap(formatsOf);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AppError('UNKNOWN_FORMAT_NAME', `${tasks.join(' and ')} ${tasks.length === 1 ? 'has' : 'have'} no format ${unknown}`, `Choose from ${[...new Set(known)].join(', ')}.`);
  return new Map(tasks.map((task) => {
    const formats = names.flatMap((name) => formatsOf(task).filter((format) => format === name));
    if (formats.length === 0) throw new AppError('BAD_USAGE', `Of the formats ${names.join(', ')} ${task} has none`, `Add one of ${formatsOf(task).join(', ')}.`);
    return [task, formats];
  }));
}

/** One model for one task, or `task=model` for several, separated by commas. */
function modelsOf(tasks: readonly Task[], text: string | undefined): ReadonlyMap<Task, string> {
  if (text === undefined) return new Map();
  if (tasks.length === 1) return new Map([[tasks[0]!, text]]);
  const parts = text.split(new RegExp(`,(?=\\s*(?:${TASKS.join('|')})=)`)); // paths may have commas
  return new Map(parts.map((part) => {
    const at = part.indexOf('=');
    const task = tasks.find((name) => name === part.slice(0, Math.max(0, at)).trim());
    const model = part.slice(at + 1).trim();
    if (task === undefined || model === '') throw new AppError('BAD_USAGE', `--model ${part} does not say for which of ${tasks.join(', ')} it is`, `With several tasks write --model ${tasks.map((name) => `${name}=<id|path>`).join(',')}.`);
    return [task, model];
  }));
}
