/** What can be wrong with inputs and surroundings, through the real command line and its real child: each a coded error, the rest of the list goes on. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { endings, runCli } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const asset = (name: string) => readFileSync(path.join('assets', name));
const fixture = (name: string) => readFileSync(path.join('tests/fixtures/audio', name));
const cut = (bytes: Uint8Array, keep = 0.5) => bytes.subarray(0, Math.floor(bytes.length * keep));
const blank = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'grey' } }).png().toBuffer();

/** Writes the files and gives their paths in the order given. */
function write(folder: string, files: Record<string, Uint8Array | string>): string[] {
  return Object.entries(files).map(([name, content]) => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  });
}

const mediumTest = 120_000; // ms: several files through a model on a busy machine

it('names what is wrong with each image, does the good ones, and leaves nothing else', async () => {
  const [folder, out] = [newFolder(), newFolder()];
  mkdirSync(path.join(folder, 'folder.png'));
  const files = write(folder, {
    'empty.png': '',
    'text.png': 'This is not a picture.',
    'cut.png': cut(asset('cell.png')),
    'cut.jpg': cut(asset('hubble_deep_field.jpg')),
    'sound.wav': cut(asset('jfk.wav'), 0.1),
    'dot.png': await blank(1, 1),
    'ribbon.png': await blank(30_000, 10),
  });
  const missing = path.join(folder, 'missing.png');
  const result = await runCli(['segment', missing, path.join(folder, 'folder.png'), ...files, '--out', out, '--format', 'labels,csv']);
  expect(endings(result)).toEqual({
    'missing.png': 'FILE_NOT_FOUND',
    'folder.png': 'NOT_A_FILE',
    'empty.png': 'EMPTY_FILE',
    'text.png': 'UNKNOWN_FORMAT',
    'cut.png': 'BAD_MEDIA',
    'cut.jpg': 'BAD_MEDIA',
    'sound.wav': 'WRONG_TASK',
    'dot.png': 'done',
    'ribbon.png': 'done',
  });
  expect(result.exitCode).toBe(1);
  expect(result.events.at(-1)).toMatchObject({ event: 'end', done: 2, failed: 7, cancelled: 0 });
  expect(readdirSync(out).sort()).toEqual(['dot.instances.csv', 'dot.labels.png', 'ribbon.instances.csv', 'ribbon.labels.png']);
}, mediumTest);

it('names what is wrong with each recording, does the good ones, and leaves nothing else', async () => {
  const [folder, out] = [newFolder(), newFolder()];
  const speech = int16(new Float32Array(16_000).map((_, i) => 0.2 * Math.sin(i / 9)));
  const files = write(folder, {
    'empty.wav': '',
    'text.mp3': 'This is not a recording.',
    'cut.flac': cut(asset('2300-131720-0000.flac')),
    'cut.mp3': cut(fixture('sweep.mp3')),
    'cut.m4a': cut(fixture('sweep.m4a')),
    'image.wav': asset('cell.png'),
    'no-format.wav': wavFile(speech, { format: false }),
    'no-channels.wav': wavFile(speech, { channels: 0 }),
    'longer-than-it-is.wav': wavFile(speech, { dataSize: 4_000_000_000 }),
    'silence.wav': wavFile(int16(new Float32Array(32_000))),
  });
  const result = await runCli(['transcribe', ...files, '--out', out, '--format', 'txt,json']);
  expect(endings(result)).toEqual({
    'empty.wav': 'EMPTY_FILE',
    'text.mp3': 'UNKNOWN_FORMAT',
    'cut.flac': 'BAD_MEDIA',
    'cut.mp3': 'BAD_MEDIA',
    'cut.m4a': 'BAD_MEDIA',
    'image.wav': 'WRONG_TASK',
    'no-format.wav': 'BAD_MEDIA',
    'no-channels.wav': 'BAD_MEDIA',
    'longer-than-it-is.wav': 'done', // a recorder that crashed leaves such a header: what is there is used
    'silence.wav': 'done',
  });
  expect(result.exitCode).toBe(1);
  expect(readFileSync(path.join(out, 'silence.txt'), 'utf8').trim()).toBe('');
  expect(JSON.parse(readFileSync(path.join(out, 'silence.json'), 'utf8'))).toMatchObject({ segments: [] });
  expect(readdirSync(out).sort()).toEqual(['longer-than-it-is.json', 'longer-than-it-is.txt', 'silence.json', 'silence.txt']);
}, mediumTest);

it('works with names of every script, quotes and spaces', async () => {
  const folder = newFolder();
  const names = ['my cell', `it's "quoted"`, 'клетка', '細胞', 'cell 🧫', '-dash', 'tab\there'];
  const image = await blank(40, 30);
  const files = write(folder, Object.fromEntries(names.map((name) => [`${name}.png`, image])));
  const result = await runCli(['segment', '--format', 'csv', '--', ...files]);
  expect(result.exitCode).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(names.flatMap((name) => [`${name}.png`, `${name}.instances.csv`]).sort());
}, mediumTest);

describe('models', () => {
  const brokenModel = (damage: (weights: string) => void) => {
    const folder = path.join(newFolder(), 'model');
    cpSync('models/bundled/nuclei', folder, { recursive: true });
    damage(path.join(folder, 'model.safetensors'));
    return folder;
  };
  const segmentWith = (model: string) => runCli(['segment', 'assets/cell.png', '--out', newFolder(), '--model', model]);

  it('refuses truncated and corrupt weights', async () => {
    const truncated = brokenModel((weights) => truncateSync(weights, 100_000));
    const corrupt = brokenModel((weights) => writeFileSync(weights, Buffer.alloc(5000, 0xa5)));
    for (const model of [truncated, corrupt]) {
      const result = await segmentWith(model);
      expect(endings(result)).toEqual({ 'cell.png': 'BAD_CHECKPOINT' });
      expect(result.exitCode).toBe(1);
    }
  });

  it('refuses a card that is no card, an unknown model and one of the other task as wrong usage', async () => {
    const badCard = brokenModel((weights) => writeFileSync(path.join(path.dirname(weights), 'card.json'), '{"id": 1}'));
    for (const [model, code] of [[badCard, 'BAD_CARD'], ['no-such-model', 'UNKNOWN_MODEL'], ['speech-en', 'WRONG_TASK']] as const) {
      const result = await segmentWith(model);
      expect(result.stderr).toContain(`error ${code}:`);
      expect(result.exitCode).toBe(2);
    }
  });
});

describe('output', () => {
  it('refuses an output folder that cannot be one', async () => {
    const file = path.join(newFolder(), 'file');
    writeFileSync(file, 'x');
    for (const out of [file, path.join(file, 'below')]) {
      const result = await runCli(['segment', 'assets/cell.png', '--out', out]);
      expect(endings(result)).toEqual({ 'cell.png': 'OUTPUT_NOT_WRITABLE' });
      expect(result.exitCode).toBe(1);
    }
  });

  it('never replaces a file unless told to', async () => {
    const folder = newFolder();
    const [input] = write(folder, { 'talk.wav': wavFile(int16(new Float32Array(16_000))), 'talk.txt': 'my own words' });
    const result = await runCli(['transcribe', input!]);
    expect(endings(result)).toEqual({ 'talk.wav': 'OUTPUT_EXISTS' });
    expect(readFileSync(path.join(folder, 'talk.txt'), 'utf8')).toBe('my own words');
    expect(readdirSync(folder).sort()).toEqual(['talk.txt', 'talk.wav']);
    expect((await runCli(['transcribe', input!, '--overwrite'])).exitCode).toBe(0);
    expect(readFileSync(path.join(folder, 'talk.txt'), 'utf8').trim()).toBe('');
  });

  it('numbers the outputs of inputs that share a name', async () => {
    const [a, b, out] = [newFolder(), newFolder(), newFolder()];
    const image = await blank(20, 20);
    const files = [...write(a, { 'cell.png': image }), ...write(b, { 'cell.png': image })];
    expect((await runCli(['segment', ...files, '--out', out, '--format', 'csv'])).exitCode).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['cell-2.instances.csv', 'cell.instances.csv']);
  });

  it('reports a full disk, goes on, and leaves nothing half-written', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip('mounting a small tmpfs is not allowed here');
    try {
      const [dot] = write(newFolder(), { 'dot.png': await blank(8, 8) });
      const result = await runCli(['segment', 'assets/cell.png', dot!, '--out', disk, '--format', 'csv,overlay']);
      expect(endings(result)).toEqual({ 'cell.png': 'DISK_FULL', 'dot.png': 'done' });
      expect(result.exitCode).toBe(1);
      expect(readdirSync(disk).sort()).toEqual(['dot.instances.csv', 'dot.overlay.png']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

/** A mounted file system of 64 KiB, or undefined where this user or system cannot have one. */
function smallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = path.join('out', 'small-disk');
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}
