/** Options that several commands share, and how their values are checked. */
import { Option, InvalidArgumentError } from 'commander';
import { defaultFormats, formatsOf, type Format, type Task } from '../contract/formats';
import { DEVICES, TOP_CLASSES, type Device } from '../contract/job';

export interface SessionFlags {
  device: Device;
  threads: number;
}

export const deviceOption = () =>
  new Option('--device <name>', 'where the model runs; auto takes the best there is, native our kernels or fails, portable stock ONNX operators').choices(DEVICES).default('auto');

export const threadsOption = () => new Option('--threads <n>', 'CPU threads; 0 takes all cores, for models that take sound piece by piece one: their runs are short').argParser(wholeNumber).default(0);

export const modelOption = (task: Task, byDefault: string | undefined) =>
  new Option('--model <id|path>', `a ${task} model: an id (see "mamba-studio models list"), a folder with card.json and model.safetensors, or a published checkpoint (.pth, .pt, .pkl, .safetensors)`)
    .default(undefined, byDefault)
    .makeOptionMandatory(byDefault === undefined);

export const formatOption = (task: Task) =>
  new Option('--format <list>', `what to write, separated by commas: ${formatsOf(task).join(', ')}`)
    .argParser((text) => formatList(task, text))
    .default(defaultFormats(task), defaultFormats(task).length === formatsOf(task).length ? 'all of them' : defaultFormats(task).join(', '));

export const topOption = (what = 'how many classes to write, the most likely first') => new Option('--top <n>', `${what} (default: ${TOP_CLASSES.byDefault})`).argParser(classCount);

function classCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= TOP_CLASSES.most) return count;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${TOP_CLASSES.most}.`);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 256) throw new InvalidArgumentError('Expected a whole number from 0 to 256.');
  return Number(text);
}

function formatList(task: Task, text: string): Format[] {
  const known: readonly string[] = formatsOf(task);
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is not a format of ${task}; there are ${known.join(', ')}.`);
  return names as Format[];
}
