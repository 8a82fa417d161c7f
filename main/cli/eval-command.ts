import type { Command } from 'commander';
import { EXIT } from './exit-codes';
import { deviceOption, threadsOption, type SessionFlags } from './options';

export interface EvalFlags extends SessionFlags {
  data: string;
  split: string;
  set?: string;
  json?: boolean;
  languageModel: boolean;
  tune?: boolean;
}

const LAYOUTS = `
Recordings, in either layout:
  manifest.tsv with columns set, split, utt, text; the audio at <set>/<utt>.opus
  audio files, each with a .txt of the same name beside it
Images, in either layout:
  split.tsv with columns id, split; images/<id>.*; instances/<id>.png, where a pixel's value is the number of its instance
  images, each with a mask: masks/<name>.png or <name>_mask.png, where each connected region of one value is an instance
Models that name the class of each pixel: the same layouts with masks/<id>.png, where a pixel's value is the number of its class in the card
  (1 more where the card has no background, 0 being left out)

Splits and sets apply to the first layout of each. A file that fails counts as an empty result, and makes the exit code ${EXIT.someFailed}.
Prints word and character error rate, average precision (TP / (TP + FP + FN)) at IoU 0.5 to 0.9 and mean IoU, or the IoU of each class,
with 95 % bootstrap intervals.

Examples:
  mamba-studio eval nuclei --data dsb2018_nuclei
  mamba-studio eval facades --data building_facades
  mamba-studio eval speech-en --data speech --set an4 --json
  mamba-studio eval speech-en --data speech --split dev --tune`;

export function addEvalCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('eval')
    .description('score a model on labelled data')
    .argument('<model>', 'id or folder of the model')
    .requiredOption('--data <folder>', 'the labelled data')
    .option('--split <name>', 'which split to score', 'test')
    .option('--set <name>', 'only this set (default: every set of the split, and all together)')
    .option('--no-language-model', 'recognise speech without the language model')
    .option('--tune', 'search the best weights of the language model, and fit the confidence, for the card; do this on dev only')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'the whole report as JSON')
    .addHelpText('after', LAYOUTS)
    .action(async (model: string, flags: EvalFlags) => {
      const { runEval } = await import('./run-eval');
      finish(await runEval(model, flags));
    });
}
