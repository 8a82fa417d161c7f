import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Format, Task } from '../contract/formats';
import type { JobSpec } from '../contract/job';
import { InferenceHost } from '../inference/host';
import { spawnWorker } from '../inference/spawn-node';
import { planOutputs } from '../jobs/naming';
import { runList } from '../jobs/run-list';
import { DEFAULT_MODELS } from '../library/bundled';
import { findAnyModelFor } from '../library/find-model';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { deviceOption, formatOption, modelOption, threadsOption, topOption, type SessionFlags } from './options';
import { createReporter } from './report/reporter';

interface TaskFlags extends SessionFlags {
  model?: string;
  out?: string;
  format: Format[];
  overwrite?: boolean;
  json?: boolean;
  top?: number; // classify
  languageModel?: boolean; // transcribe
}

const PICTURES = 'images: PNG, JPEG, TIFF, WebP, ...';
const RECORDINGS = 'recordings: WAV, MP3, FLAC, Ogg Vorbis, Opus, M4A, MP4';

const texts: Record<Task, { description: string; files: string; example: string }> = {
  segment: {
    files: PICTURES,
    description: 'find the objects in images; writes labels, an overlay to look at, COCO JSON and a table of measurements',
    example: `Examples:
  mamba-studio segment cells.png                           results beside the image
  mamba-studio segment *.tif --out results --format csv    only the table of each image, in one folder`,
  },
  transcribe: {
    files: RECORDINGS,
    description: 'write down what is said in recordings, as text, subtitles (SRT, VTT) and JSON with the time of each word',
    example: `Examples:
  mamba-studio transcribe talk.mp3                         results beside the recording
  mamba-studio transcribe *.wav --format srt --overwrite   subtitles, replacing earlier ones`,
  },
  enhance: {
    files: RECORDINGS,
    description: 'take the noise out of recordings of speech; writes mono WAV or FLAC files at 16 kHz',
    example: `Examples:
  mamba-studio enhance talk.mp3 --model weights.pt         with a published checkpoint: aTENNuate, CleanUMamba`,
  },
  separate: {
    files: RECORDINGS,
    description: 'give each of two people who speak at the same time a recording; writes mono WAV or FLAC files at the rate of the model',
    example: `Examples:
  mamba-studio separate talk.wav --model best_model.pth    with a published checkpoint: SPMamba; talk.speaker1.wav and talk.speaker2.wav`,
  },
  upscale: {
    files: PICTURES,
    description: 'make images larger, with detail; writes PNG files',
    example: `Examples:
  mamba-studio upscale photo.jpg --model team07_DVMSR.pth  with a published checkpoint: DVMSR, PFVM`,
  },
  classify: {
    files: `${PICTURES}; ${RECORDINGS}, as the model is for`,
    description: 'tell what images show or recordings sound like: the most likely classes with their scores, as JSON, a table or text',
    example: `Examples:
  mamba-studio classify *.wav --model aum-small_audioset.pth   with a published checkpoint: Audio Mamba, S4
  mamba-studio classify *.jpg --model vim_t_midclstok_76p1acc.pth --top 3 --format csv   with a published checkpoint: Vim`,
  },
};

const COMMON_HELP = `
Existing files are never replaced without --overwrite. Inputs of one name in one output folder are numbered (cell, cell-2).
Where the output is not a terminal, or with --json, one JSON object a line tells what happens: queued, progress, done, failed, cancelled, notice, end.`;

export function addTaskCommand(program: Command, task: Task, finish: (exitCode: number) => void): void {
  const command = program
    .command(task)
    .description(texts[task].description)
    .argument('<files...>', texts[task].files)
    .addOption(modelOption(task, DEFAULT_MODELS[task]))
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--out <folder>', 'where to write; created when missing (default: beside each input)')
    .addOption(formatOption(task))
    .option('--overwrite', 'replace outputs that exist already')
    .option('--json', 'JSON lines even on a terminal')
    .addHelpText('after', `\n${texts[task].example}\n${COMMON_HELP}`)
    .action(async (files: string[], flags: TaskFlags) => finish(await runTask(task, files, flags)));
  if (task === 'classify') command.addOption(topOption());
  if (task === 'transcribe') command.option('--no-language-model', 'spell what is heard, without the language model');
}

async function runTask(task: Task, files: string[], flags: TaskFlags): Promise<number> {
  const model = await findAnyModelFor(task, flags.model);
  const interruption = watchInterruption();
  const reporter = createReporter(flags.json === true, files.length);
  const host = new InferenceHost({ spawn: spawnWorker, onNotice: (message) => reporter.event({ event: 'notice', message }) });
  const jobs = planOutputs(files, flags.out).map((planned): JobSpec => ({
    id: randomUUID(),
    task,
    ...planned,
    formats: flags.format,
    overwrite: flags.overwrite === true,
    device: flags.device,
    threads: flags.threads,
    ...(flags.languageModel === false && { languageModel: false }),
    ...(flags.top !== undefined && { top: flags.top }),
  }));
  const end = await runList(host, jobs, model.files, interruption.signal, (event) => reporter.event(event));
  await host.close();
  return interruption.exitCode() ?? (end.failed + end.cancelled > 0 ? EXIT.someFailed : EXIT.ok);
}
