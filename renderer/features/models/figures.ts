import type { ModelEntry } from '../../../main/contract/library';
import type { Format } from '../../i18n/format';

/** The published figure that a row has room for. */
export function headline(model: ModelEntry, format: Format): { metric: string; value: string; where: string } | null {
  const [first] = model.figures;
  return first === undefined ? null : { metric: first.metric, value: format.number(first.value, 3), where: `${first.metric}: ${first.set}` };
}

/** `1.84 Mpx/s`, `28 images/s` or `31 × real time`; '' before it was measured. */
export function speedText(model: ModelEntry, format: Format, word: (key: 'realTime' | 'imagesPerSecond') => string): string {
  if (model.measured === null) return '';
  const { speed, unit } = model.measured;
  const value = format.number(speed, speed < 0.1 ? 4 : speed < 10 ? 2 : 0);
  if (unit === 'images/s') return `${value} ${word('imagesPerSecond')}`;
  return unit === 'megapixels/s' ? `${value} Mpx/s` : `${value} × ${word('realTime')}`;
}

/** Whether a model answers to what was typed: name, id, architecture, licence or the task's name. */
export function answersTo(model: ModelEntry, typed: string, task: string): boolean {
  const text = [model.name, model.id, model.architecture, model.licence, task].join(' ').toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
