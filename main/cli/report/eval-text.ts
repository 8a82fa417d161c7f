import type { Estimate } from '../../eval/estimate';
import type { EvalReport } from '../../eval/evaluate';
import type { ClassScore } from '../../eval/score-classes';
import type { ImageScore } from '../../eval/score-images';
import type { SpeechScore } from '../../eval/score-speech';
import { renderTable } from './table';

const decimal = ({ value, low, high }: Estimate) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
const percent = ({ value, low, high }: Estimate) => `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;

/** The report of `eval` for people. */
export function evalText({ model, version, data, split, device, seconds, failures, score }: EvalReport): string {
  const tables = score.task === 'transcribe' ? speechTable(withPooled(score)) : score.of === 'classes' ? classTables(withPooled(score)) : imageTables(withPooled(score));
  const head = `${model} ${version} on ${data}, split ${split} (${device ?? 'nothing ran'}, ${seconds.toFixed(0)} s; in brackets the 95 % bootstrap interval)\n\n`;
  const failed = failures.map(({ input, error }) => `FAILED ${input}: ${error.code} ${error.message}\n`).join('');
  return head + tables + failed;
}

/** Several sets are followed by their sum. */
function withPooled<Score>({ sets, pooled }: { sets: Score[]; pooled: Score }): Score[] {
  return sets.length === 1 ? sets : [...sets, pooled];
}

function speechTable(scores: SpeechScore[]): string {
  return renderTable(
    ['set', 'clips', 'words', 'WER', 'CER', 'substituted, deleted, inserted words'],
    scores.map(({ set, utterances, wer, cer }) => [
      set, String(utterances), String(wer.reference), percent(wer), percent(cer), `${wer.substitutions}, ${wer.deletions}, ${wer.insertions}`,
    ]),
  );
}

function imageTables(scores: ImageScore[]): string {
  return scores
    .map(({ set, images, instances, ap, ap50, ap50Pooled, meanAp, meanIou }) => {
      const summary = renderTable(
        ['set', 'images', 'instances', 'AP@0.5 (mean of images)', 'AP@0.5 (all instances)', 'mean AP', 'mean IoU'],
        [[set, String(images), String(instances), decimal(ap50), decimal(ap50Pooled), decimal(meanAp), decimal(meanIou)]],
      );
      const levels = renderTable(
        ['IoU', 'AP (mean of images)', 'AP (all instances)', 'found', 'false', 'missed'],
        ap.map((row) => [row.threshold.toFixed(2), row.mean.toFixed(3), row.pooled.toFixed(3), String(row.truePositives), String(row.falsePositives), String(row.falseNegatives)]),
      );
      return `${summary}\n${levels}`;
    })
    .join('\n');
}

function classTables(scores: ClassScore[]): string {
  return scores
    .map(({ set, images, meanIou, accuracy, classes }) => {
      const summary = renderTable(['set', 'images', 'mean IoU', 'pixels right'], [[set, String(images), decimal(meanIou), percent(accuracy)]]);
      const each = renderTable(['class', 'IoU'], classes.map(({ name, iou }) => [name, iou === null ? 'does not occur' : iou.toFixed(3)]));
      return `${summary}\n${each}`;
    })
    .join('\n');
}
