/** Believable things to show without a serving process. Development builds only. */
import type { Result } from '../../../main/contract/api';
import type { BatchInfo, BatchItem } from '../../../main/contract/batch';
import type { DeskJob } from '../../../main/contract/desk';
import type { ModelEntry } from '../../../main/contract/library';
import type { LogEntry } from '../../../main/contract/log';
import type { OpenedFile } from '../../../main/contract/media';

const START = Date.UTC(2026, 10, 3, 9, 30);

export const info: Result<'app.info'> = {
  version: '0.1.0',
  platform: 'linux',
  transport: 'serve',
  systemDialogs: false,
  cores: 8,
  processor: 'Example CPU @ 3.2 GHz',
  memoryBytes: 16 * 2 ** 30,
  dataFolder: '/home/ada/.local/share/mamba-studio',
  native: { available: true, isa: 'avx2', reason: '' },
};

export const demos: OpenedFile[] = [
  { id: 'demo-cells', name: 'cell.png', kind: 'image', bytes: 44_000, path: '' },
  { id: 'demo-coins', name: 'coins.png', kind: 'image', bytes: 76_000, path: '' },
  { id: 'demo-speech', name: 'jfk.wav', kind: 'audio', bytes: 352_000, path: '' },
];

const model = (entry: Partial<ModelEntry> & Pick<ModelEntry, 'id' | 'name' | 'task'>): ModelEntry => ({
  version: '1.0.0',
  architecture: 'vm-unet',
  licence: 'Apache-2.0',
  summary: '',
  bytes: 12_400_000,
  origin: 'bundled',
  source: '',
  figures: [],
  limits: [],
  isDefault: false,
  measured: null,
  installing: null,
  byHand: false,
  ...entry,
});

export const models: ModelEntry[] = [
  model({
    id: 'nuclei',
    name: 'Cell nuclei',
    task: 'segment',
    summary: 'Finds nuclei in fluorescence and stained microscope images.',
    figures: [{ metric: 'AP@0.5', value: 0.829, set: '32 test images' }],
    limits: ['Trained on nuclei of 10 to 60 pixels across', 'Touching nuclei may be joined'],
    isDefault: true,
    measured: { speed: 1.84, unit: 'megapixels/s', device: 'native', threads: 8, time: START },
  }),
  model({
    id: 'speech-en',
    name: 'English speech',
    task: 'transcribe',
    architecture: 's4d-ctc',
    bytes: 21_700_000,
    summary: 'Streaming transcription of read English.',
    figures: [{ metric: 'WER', value: 0.128, set: 'AN4 test' }, { metric: 'WER', value: 0.799, set: 'LibriSpeech test-clean' }],
    limits: ['Small vocabulary', 'No punctuation'],
    isDefault: true,
  }),
  model({ id: 'denoise', name: 'Noise removal', task: 'enhance', architecture: 'atennuate', origin: 'installed', source: 'denoise.safetensors', bytes: 3_300_000, licence: 'MIT', isDefault: true }),
  model({ id: 'mambair-x2', name: 'MambaIR light ×2', task: 'upscale', architecture: 'mambair', origin: 'catalogue', source: 'https://huggingface.co/example/mambair', bytes: 5_200_000, figures: [{ metric: 'PSNR', value: 38.16, set: 'Set5' }] }),
  model({ id: 'mambair-x4', name: 'MambaIR light ×4', task: 'upscale', architecture: 'mambair', origin: 'catalogue', source: 'https://huggingface.co/example/mambair', bytes: 5_400_000, installing: 0.42 }),
];

export function deskJobs(): DeskJob[] {
  const base = { created: START, stage: '', fraction: 1, device: 'native' as const, error: null, edited: false };
  return [
    { ...base, id: 'job-coins', task: 'segment', file: demos[1]!, model: 'nuclei', state: 'done', summary: { task: 'segment', width: 384, height: 303, instances: 24 }, seconds: 0.9 },
    { ...base, id: 'job-speech', task: 'transcribe', file: demos[2]!, model: 'speech-en', state: 'running', stage: 'recognise', fraction: 0.37, summary: null, device: null, seconds: null },
    {
      ...base,
      id: 'job-broken',
      task: 'segment',
      file: { id: 'file-broken', name: 'scan with a rather long name from the second microscope, series 12.tif', kind: 'image', bytes: 9_000_000, path: '/home/ada/scans/scan.tif' },
      model: 'nuclei',
      state: 'failed',
      summary: null,
      device: null,
      seconds: null,
      error: { code: 'BAD_MEDIA', message: 'expected a TIFF image, the file ends after 4,096 of 9,000,000 bytes', hint: 'copy it again from where it came' },
    },
  ];
}

export function logEntries(): LogEntry[] {
  const lines: [LogEntry['level'], string, string][] = [
    ['info', 'serve', 'listening on 127.0.0.1'],
    ['info', 'worker', 'started; native kernels: avx2'],
    ['debug', 'desk', 'job-coins: loading model nuclei'],
    ['info', 'desk', 'job-coins: done in 0.9 s'],
    ['warn', 'library', 'catalogue not reachable; the list of last time is shown'],
    ['error', 'desk', 'job-broken: BAD_MEDIA expected a TIFF image, the file ends after 4,096 of 9,000,000 bytes'],
    ['error', 'window', 'TypeError: cannot read properties of undefined\n    at Row (models.js:12:3)\n    at renderRow (models.js:80:9)'],
  ];
  return Array.from({ length: 400 }, (_, index) => {
    const [level, source, message] = lines[index % lines.length]!;
    return { time: START + index * 7331, level, source, message };
  });
}

/** A folder of pictures and recordings, worked through. */
export const batches: BatchInfo[] = [
  {
    id: 'visits',
    spec: {
      sources: ['/home/ada/Visits'],
      tasks: [{ task: 'segment', model: 'nuclei', formats: ['labels', 'csv'] }, { task: 'transcribe', model: 'speech-en', formats: ['txt'] }],
      outDir: '/home/ada/Results',
      template: '{dir}/{name}',
      existing: 'skip',
    },
    state: 'done',
    pausedBecause: null,
    created: START,
    total: 24,
    done: 24,
    failed: 0,
    skipped: 0,
    fraction: 1,
    etaSeconds: null,
  },
];

export const batchItems: BatchItem[] = Array.from({ length: 24 }, (_, index) => {
  const [task, name, suffix, result] = index % 2 ? (['transcribe', 'interview', 'wav', 'txt'] as const) : (['segment', 'field', 'tif', 'labels.png'] as const);
  const number = (index >> 1) + 1;
  return { index, input: `/home/ada/Visits/${name} ${number}.${suffix}`, task, state: 'done', stage: '', fraction: 1, seconds: 0.4, outputs: [`/home/ada/Results/${name} ${number}.${result}`], error: null };
});
