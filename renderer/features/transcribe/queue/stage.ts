import type { DeskJob } from '../../../../main/contract/desk';

const KNOWN: Record<string, string> = { '': 'start', 'load model': 'load', transcribe: 'transcribe', 'denoise and transcribe': 'denoise', level: 'level', enhance: 'denoise', write: 'write' };

/** What a job does at the moment, in words. */
export function stageText(t: (key: string) => string, { state, stage }: Pick<DeskJob, 'state' | 'stage'>): string {
  if (state !== 'running') return t(`states.${state}`);
  const known = KNOWN[stage];
  return known === undefined ? stage : t(`stages.${known}`);
}
