import type { SemanticSection } from '../../models/cards/card';
import { AppError } from '../contract/errors';
import type { SessionDevice } from '../contract/job';
import type { InstalledModel } from '../library/bundled';
import { readImageData } from './image-data';
import { runItems, type ItemFailure, type RunSetting } from './run-items';
import { classCounter, classScorer, type ClassScore } from './score-classes';
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

export type TaskScore =
  | ({ task: 'segment'; of: 'instances' } & Scores<ImageScore>)
  | ({ task: 'segment'; of: 'classes' } & Scores<ClassScore>)
  | ({ task: 'transcribe' } & Scores<SpeechScore>);

interface Scores<Score> {
  sets: Score[];
  pooled: Score;
}

/** Scores `model` on the labelled data in `folder`: each set of it, and all of them together. */
export async function evaluate(model: InstalledModel, folder: string, selection: Selection, setting: Omit<RunSetting, 'model'>): Promise<EvalReport> {
  const { task, segment } = model.card;
  if (task !== 'segment' && task !== 'transcribe') throw new AppError('WRONG_TASK', `models that segment or transcribe can be scored, ${model.card.id} is for ${task}`, 'Choose another model.');
  const started = performance.now();
  const run = { ...setting, model: model.files };
  const { device, failures, score } = await (task === 'transcribe' ? scoreSpeech(folder, selection, run) : segment?.kind === 'semantic' ? scoreClasses(segment, folder, selection, run) : scoreImages(folder, selection, run));
  const { id, version } = model.card;
  return { model: id, version, data: folder, split: selection.split, device, seconds: (performance.now() - started) / 1000, failures, score };
}

async function scoreImages(folder: string, selection: Selection, setting: RunSetting) {
  const run = await runItems('segment', 'labels', await readImageData(folder, selection, 'instances'), countImage, setting);
  return { ...run, score: { task: 'segment' as const, of: 'instances' as const, ...bySet(run.scores, scoreImageSet) } };
}

async function scoreClasses(section: SemanticSection, folder: string, selection: Selection, setting: RunSetting) {
  const run = await runItems('segment', 'labels', await readImageData(folder, selection, 'classes'), classCounter(section), setting);
  return { ...run, score: { task: 'segment' as const, of: 'classes' as const, ...bySet(run.scores, classScorer(section)) } };
}

async function scoreSpeech(folder: string, selection: Selection, setting: RunSetting) {
  const run = await runItems('transcribe', 'txt', await readSpeechData(folder, selection), countUtterance, setting);
  return { ...run, score: { task: 'transcribe' as const, ...bySet(run.scores, scoreSpeechSet) } };
}

function bySet<Count extends { set: string }, Score>(counts: readonly Count[], score: (set: string, counts: readonly Count[]) => Score) {
  const names = [...new Set(counts.map(({ set }) => set))];
  return { sets: names.map((name) => score(name, counts.filter(({ set }) => set === name))), pooled: score('all', counts) };
}
