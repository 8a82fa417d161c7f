import type { Tuning } from '../../contract/tuning';

const SETTINGS = ['weight', 'priors', 'blank', 'wordBonus'] as const;

/** Each trial on a line, then what the card should say. */
export function tuningText({ trials, best, symbolBonus, confidence, calibrationError }: Tuning): string {
  const sets = Object.keys(trials[0]!.sets);
  const rows = [
    ['decoder', ...SETTINGS, 'WER', ...sets, 'decoding / real time'],
    ...trials.map((trial) => [trial.decoder, ...SETTINGS.map((name) => String(trial.settings?.[name] ?? '-')), trial.rate.toFixed(4), ...sets.map((set) => trial.sets[set]!.toFixed(4)), trial.realTime.toFixed(4)]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
  const { raw, fitted } = calibrationError;
  return `${table}\n\nexpected calibration error: posteriors ${raw.toFixed(3)}, fitted on the other half ${fitted.toFixed(3)}\n\nFor the card:\n  "language": { ..., "weight": ${best.weight}, "wordBonus": ${best.wordBonus}, "symbolBonus": [${symbolBonus.join(', ')}] },\n  "confidence": [${confidence.join(', ')}]\n`;
}
