import { AppError } from '../contract/errors';
import type { SessionDevice } from '../contract/job';
import type { InstalledModel } from '../library/bundled';
import { readImageData } from './image-data';
import { runItems, type ItemFailure, type RunSetting } from './run-items';
import { countImage, scoreImageSet, type ImageScore } from './score-images';
import { countUtterance, scoreSpeechSet, type SpeechScore } from './score-speech';
import type { Selection } from './select';
import { readSpeechData } from './speech-data';

/** What `eval --json` prints. Figures are fractions; intervals are 95 % bootstrap intervals. */
export interface EvalReport {
  model: string;
  version: string;
  data: string;
  split: string;
  device: SessionDevice | undefined; // undefined when every file failed
  seconds: number;
  failures: ItemFailure[]; // counted in the scores as an empty result
  score: TaskScore;
}

export type TaskScore = { task: 'segment'; sets: ImageScore[]; pooled: ImageScore } | { task: 'transcribe'; sets: SpeechScore[]; pooled: SpeechScore };

/** Scores `model` on the labelled data in `folder`: each set of it, and all of them together. */
export async function evaluate(model: InstalledModel, folder: string, selection: Selection, setting: Omit<RunSetting, 'model'>): Promise<EvalReport> {
  const { task } = model.card;
  if (task !== 'segment' && task !== 'transcribe') throw new AppError('WRONG_TASK', `models that segment or transcribe can be scored, ${model.card.id} is for ${task}`, 'Choose another model.');
  const started = performance.now();
  const run = { ...setting, model: model.files };
  const { device, failures, score } = await (task === 'segment' ? scoreImages(folder, selection, run) : scoreSpeech(folder, selection, run));
  const { id, version } = model.card;
  return { model: id, version, data: folder, split: selection.split, device, seconds: (performance.now() - started) / 1000, failures, score };
}

async function scoreImages(folder: string, selection: Selection, setting: RunSetting) {
  const run = await runItems('segment', 'labels', await readImageData(folder, selection), countImage, setting);
  return { ...run, score: { task: 'segment' as const, ...bySet(run.scores, scoreImageSet) } };
}

async function scoreSpeech(folder: string, selection: Selection, setting: RunSetting) {
  const run = await runItems('transcribe', 'txt', await readSpeechData(folder, selection), countUtterance, setting);
  return { ...run, score: { task: 'transcribe' as const, ...bySet(run.scores, scoreSpeechSet) } };
}

function bySet<Count extends { set: string }, Score>(counts: readonly Count[], score: (set: string, counts: readonly Count[]) => Score) {
  const names = [...new Set(counts.map(({ set }) => set))];
  return { sets: names.map((name) => score(name, counts.filter(({ set }) => set === name))), pooled: score('all', counts) };
}
