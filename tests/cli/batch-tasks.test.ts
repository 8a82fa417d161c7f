/** How the options of `batch` become tasks. */
import { expect, it } from 'vitest';
import { batchTasks, taskList } from '../../main/cli/batch-tasks';
import { defaultFormats } from '../../main/contract/formats';

it('one task is as it is written', () => {
  expect(batchTasks({ task: taskList('segment') })).toEqual([{ task: 'segment', formats: defaultFormats('segment') }]);
  expect(batchTasks({ task: ['transcribe'], format: 'srt, txt', model: 'my=model,2.pth' })).toEqual([{ task: 'transcribe', model: 'my=model,2.pth', formats: ['srt', 'txt'] }]);
  expect(batchTasks({ task: ['classify'], top: 7 })).toEqual([{ task: 'classify', formats: ['json'], top: 7 }]);
  expect(() => batchTasks({ task: ['segment'], format: 'csv,srt' })).toThrow('segment has no format srt');
});

it('without a task pictures are segmented and recordings transcribed, as far as the formats go', () => {
  const tasks = (format?: string) => batchTasks({ ...(format !== undefined && { format }) }).map(({ task }) => task);
  expect(tasks()).toEqual(['segment', 'transcribe']);
  expect(tasks('csv')).toEqual(['segment', 'transcribe']);
  expect(tasks('srt')).toEqual(['transcribe']);
  expect(tasks('labels, coco')).toEqual(['segment']);
  expect(() => tasks('flac')).toThrow('segment and transcribe have no format flac');
});

it('several tasks come in their order, each once', () => {
  expect(taskList('transcribe, segment,transcribe')).toEqual(['transcribe', 'segment']);
  expect(() => taskList('segment,none')).toThrow('"none" is no task');
  expect(() => taskList('')).toThrow('is no task');
});

it('a format goes to each task that has it', () => {
  const task = taskList('segment,transcribe');
  expect(batchTasks({ task }).map(({ formats }) => formats)).toEqual([defaultFormats('segment'), defaultFormats('transcribe')]);
  expect(batchTasks({ task, format: 'csv,txt,labels' }).map(({ formats }) => formats)).toEqual([['csv', 'labels'], ['csv', 'txt']]);
  expect(() => batchTasks({ task, format: 'csv,flac' })).toThrow('segment and transcribe have no format flac');
  expect(() => batchTasks({ task, format: 'labels' })).toThrow('transcribe has none');
});

it('models are given by task', () => {
  const task = taskList('segment,transcribe');
  const models = (model: string) => batchTasks({ task, model }).map((one) => one.model);
  expect(models('segment=nuclei,transcribe=speech-en')).toEqual(['nuclei', 'speech-en']);
  expect(models('transcribe=/models/a,b=c')).toEqual([undefined, '/models/a,b=c']);
  for (const wrong of ['nuclei', 'segment=', 'enhance=x', '=x']) expect(() => models(wrong), wrong).toThrow('does not say for which');
});

it('--top needs classify', () => {
  expect(() => batchTasks({ task: taskList('segment,transcribe'), top: 3 })).toThrow('--top is for classify');
});
