/** What each task can write, and the end of the file's name: `cell.png` with format `labels` becomes `cell.labels.png`. Where a format has several ends, each is a file. */
export const TASKS = ['segment', 'transcribe', 'enhance', 'separate', 'upscale', 'classify'] as const;
export type Task = (typeof TASKS)[number];

export const MEDIA_KINDS = ['image', 'audio'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** What each task takes. */
export const INPUT_KINDS: Record<Task, readonly MediaKind[]> = { segment: ['image'], transcribe: ['audio'], enhance: ['audio'], separate: ['audio'], upscale: ['image'], classify: ['image', 'audio'] };

/** What is done with files of a kind where nobody says. */
export const USUAL_TASKS: Record<MediaKind, Task> = { image: 'segment', audio: 'transcribe' };

const suffixes = {
  segment: { regions: '.regions.bin', labels: '.labels.png', overlay: '.overlay.png', coco: '.coco.json', csv: '.instances.csv' },
  transcribe: { txt: '.txt', srt: '.srt', vtt: '.vtt', json: '.json', csv: '.csv', docx: '.docx' },
  enhance: { wav: '.enhanced.wav', 'wav-f32': '.enhanced.f32.wav', flac: '.enhanced.flac' },
  separate: { wav: ['.speaker1.wav', '.speaker2.wav'], 'wav-f32': ['.speaker1.f32.wav', '.speaker2.f32.wav'], flac: ['.speaker1.flac', '.speaker2.flac'] },
  upscale: { png: '.upscaled.png' },
  classify: { json: '.classes.json', csv: '.classes.csv', txt: '.classes.txt' },
} as const;

export type SegmentFormat = keyof (typeof suffixes)['segment'];
export type TranscribeFormat = keyof (typeof suffixes)['transcribe'];
export type SoundFormat = keyof (typeof suffixes)['enhance' | 'separate'];
export type ClassifyFormat = keyof (typeof suffixes)['classify'];
export type Format = SegmentFormat | TranscribeFormat | SoundFormat | keyof (typeof suffixes)['upscale'] | ClassifyFormat;

/** Format -> suffix or suffixes, in the order in which help and tables list them. */
export const FORMAT_SUFFIXES: Record<Task, Partial<Record<Format, string | readonly string[]>>> = suffixes;

/** What the window reads back (models/tasks/segment/regions.ts) is offered to nobody. */
const INTERNAL: readonly Format[] = ['regions'];

export function formatsOf(task: Task): Format[] {
  return allFormatsOf(task).filter((format) => !INTERNAL.includes(format));
}

/** With the internal ones. */
export function allFormatsOf(task: Task): Format[] {
  return Object.keys(suffixes[task]) as Format[];
}

const defaults: Partial<Record<Task, Format[]>> = { transcribe: ['txt', 'srt', 'vtt', 'json'], enhance: ['wav'], separate: ['wav'], classify: ['json'] };

/** What is written where nothing is asked for: all of them, but sound and classes only once and no office formats. */
export function defaultFormats(task: Task): Format[] {
  return [...(defaults[task] ?? formatsOf(task))];
}

/** The suffixes of a format that the task has, one a file; the schema of `JobSpec` has checked that it does. */
export function suffixesOf(task: Task, format: Format): readonly string[] {
  const found = FORMAT_SUFFIXES[task][format];
  if (found === undefined) throw new RangeError(`${task} has no format ${format}`);
  return typeof found === 'string' ? [found] : found;
}
