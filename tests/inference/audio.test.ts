import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAudio } from '../../main/inference/worker/media/audio';
import { decode, signalToNoise, sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const fixtures = path.join(import.meta.dirname, '../fixtures/audio');
const fixture = (file: string) => path.join(fixtures, file);
const folder = temporaryFolders();
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Seconds decoded (WebM and ADTS keep the codec's padding), and the least signal to noise in dB: the codec's own loss as measured with ffmpeg, less 3 dB. */
const files: { file: string; seconds: [number, number]; ratio: number }[] = [
  { file: 'sweep.flac', seconds: [1.2, 1.2], ratio: 90 },
  { file: 'sweep.mp3', seconds: [2, 2], ratio: 23 },
  { file: 'sweep.ogg', seconds: [2, 2], ratio: 30 },
  { file: 'sweep.opus', seconds: [2, 2], ratio: 22 },
  { file: 'sweep.m4a', seconds: [2, 2], ratio: 12.5 },
  { file: 'sweep-faststart.m4a', seconds: [2, 2], ratio: 12.5 },
  { file: 'sweep.webm', seconds: [2, 2.03], ratio: 22 },
  { file: 'vorbis.mkv', seconds: [2, 2.03], ratio: 30 },
];

describe('openAudio', () => {
  it.each(files)('$file: the sound of the formula, at its place', async ({ file, seconds, ratio }) => {
    const sound = await decode(fixture(file));
    expect(sound.length).toBeGreaterThanOrEqual(seconds[0] * 16000);
    expect(sound.length).toBeLessThanOrEqual(seconds[1] * 16000);
    expect(signalToNoise(sound, sweep(seconds[0]), 800, seconds[0] * 16000 - 800)).toBeGreaterThan(ratio);
  });

  // The two resamplers differ near 8 kHz only, where the sweep has nothing.
  it.skipIf(!hasFfmpeg).each(['sweep.mp3', 'sweep.ogg', 'sweep.m4a', 'sweep.aac', 'sweep.opus', 'vorbis.mkv'])('%s: sample for sample what ffmpeg decodes', async (file) => {
    const { stdout } = spawnSync('ffmpeg', ['-loglevel', 'error', ...(file.endsWith('opus') ? ['-c:a', 'libopus'] : []), '-i', fixture(file), '-f', 'f32le', '-'], { maxBuffer: 1e8 });
    const wav = path.join(folder(), 'reference.wav');
    writeFileSync(wav, wavFile(stdout, { tag: 3, bits: 32, sampleRate: file === 'sweep.opus' ? 48000 : 44100 }));
    const reference = await decode(wav);
    const sound = await decode(fixture(file));
    expect(Math.abs(sound.length - reference.length)).toBeLessThan(500); // ffmpeg ends some streams a frame earlier
    expect(signalToNoise(sound, reference, 0, Math.min(sound.length, reference.length) - 500)).toBeGreaterThan(60);
  });

  it.skipIf(!hasFfmpeg)('AAC longer than one chunk of the decoder: no seam', async () => {
    const file = path.join(folder(), 'long.aac');
    writeFileSync(file, Buffer.concat(Array<Buffer>(14).fill(readFileSync(fixture('sweep.aac'))))); // 1,232 packets
    const { stdout } = spawnSync('ffmpeg', ['-loglevel', 'error', '-i', file, '-f', 'f32le', '-'], { maxBuffer: 1e8 });
    const wav = path.join(path.dirname(file), 'reference.wav');
    writeFileSync(wav, wavFile(stdout, { tag: 3, bits: 32, sampleRate: 44100 }));
    const [sound, reference] = [await decode(file), await decode(wav)];
    expect(sound.length).toBeGreaterThan(28 * 16000);
    expect(signalToNoise(sound, reference, 0, Math.min(sound.length, reference.length) - 500)).toBeGreaterThan(60);
  });

  it.skipIf(!hasFfmpeg).each([
    ['six channels.flac', ['-ac', '6']],
    ['eleven.mp3', ['-ar', '11025', '-ac', '2', '-b:a', '48k']],
    ['Запись 录音 🎙.ogg', ['-ac', '2']],
    ['flac in ogg.oga', ['-c:a', 'flac', '-f', 'ogg']],
    ['high rate.flac', ['-ar', '96000']],
    ['flac.mkv', ['-c:a', 'flac']],
    ['mp3.mkv', ['-c:a', 'libmp3lame']],
    ['aac.mkv', ['-c:a', 'aac', '-b:a', '96k']],
    ['opus.mp4', ['-c:a', 'libopus']],
    ['live.webm', ['-c:a', 'libopus', '-live', '1']],
    ['pcm.mov', ['-c:a', 'pcm_s24be']],
    ['layer two.mp2', ['-ar', '48000']],
    ['law.wav', ['-c:a', 'pcm_alaw']],
    ['law2.wav', ['-c:a', 'pcm_mulaw', '-ar', '8000']],
    ['rf64.wav', ['-rf64', 'always']],
  ])('%s decodes to two seconds of the sweep', async (name, options) => {
    const source = path.join(folder(), 'source.wav');
    writeFileSync(source, wavFile(int16(sweep(2, 44100)), { sampleRate: 44100 }));
    const file = path.join(path.dirname(source), name);
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-i', source, ...options, file]).status).toBe(0);
    const sound = await decode(file);
    expect(Math.abs(sound.length - 32000)).toBeLessThan(16000 * 0.08); // containers keep the codec's delay and padding
    expect(bestRatio(sound, sweep(2))).toBeGreaterThan(15);
  });

  it('chained Ogg streams follow one another', async () => {
    const file = path.join(folder(), 'chain.opus');
    writeFileSync(file, Buffer.concat([readFileSync(fixture('sweep.opus')), readFileSync(fixture('sweep.opus'))]));
    expect((await decode(file)).length).toBe(64000);
  });

  it('tells the duration before decoding', async () => {
    for (const { file, seconds } of files) {
      expect((await openAudio({ path: fixture(file) })).durationHint, file).toBeCloseTo(seconds[0], 1);
    }
  });

  it('MP3: tags at both ends and rubbish between frames are skipped', async () => {
    const mp3 = readFileSync(fixture('sweep-no-xing.mp3'));
    const id3 = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 2, 0, ...Array<number>(256).fill(0xff)]);
    const tag = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125, 0x20)]);
    const middle = mp3.indexOf(Buffer.from([0xff, 0xfb]), 8000);
    const file = path.join(folder(), 'tagged.mp3');
    writeFileSync(file, Buffer.concat([id3, id3, mp3, tag]));
    const plain = await decode(fixture('sweep-no-xing.mp3'));
    expect(await decode(file)).toEqual(plain);
    writeFileSync(file, Buffer.concat([mp3.subarray(0, middle), Buffer.alloc(1000, 0x41), mp3.subarray(middle)]));
    expect((await decode(file)).length).toBe(plain.length);
  });
});

describe('openAudio on what it cannot read', () => {
  const cut = [
    { file: 'sweep.flac', message: /ends at 0\.\d s, but its header announces 1\.2 s/ },
    { file: 'sweep.mp3', message: /ends at 1\.\d s, but its header announces 2\.\d s/ },
    { file: 'sweep-no-xing.mp3', message: /ends at 1\.\d s/ },
    { file: 'sweep.ogg', message: /cut off/ },
    { file: 'sweep.opus', message: /cut off/ },
    { file: 'sweep.aac', message: /ends at 1\.\d s/ },
    { file: 'sweep.m4a', message: /its index is missing/ },
    { file: 'sweep-faststart.m4a', message: /ends at 1\.\d s, but its header announces 2\.0 s/ },
    { file: 'sweep.webm', message: /cut off/ },
  ];
  it.each(cut)('$file cut at 60 %: BAD_MEDIA', async ({ file, message }) => {
    const bytes = readFileSync(fixture(file));
    const short = path.join(folder(), file);
    writeFileSync(short, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    await expect(decode(short)).rejects.toMatchObject({ name: 'AppError', code: 'BAD_MEDIA', message: expect.stringMatching(message) });
  });

  it.each([
    ['picture.wav', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), 'WRONG_TASK', /PNG image/],
    ['photo.mp3', Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF\0', 'latin1'), 'WRONG_TASK', /JPEG image/],
    ['notes.mp3', Buffer.from('Dear diary, '.repeat(1000)), 'UNKNOWN_FORMAT', /not a recording/],
    ['zeros.wav', Buffer.alloc(100_000), 'UNKNOWN_FORMAT', /not a recording/],
    ['empty.flac', Buffer.alloc(0), 'EMPTY_FILE', /0 bytes/],
    ['one.wav', Buffer.from('R'), 'UNKNOWN_FORMAT', /not a recording/],
    ['sound.aiff', Buffer.from('FORM\0\0\0\0AIFFCOMM', 'latin1'), 'UNKNOWN_FORMAT', /AIFF/],
    ['tag only.mp3', Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), 'BAD_MEDIA', /no sound/],
    ['film.avi', Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1'), 'UNKNOWN_FORMAT', /AVI/],
  ] as const)('%s: %s', async (name, bytes, code, message) => {
    const file = path.join(folder(), name);
    writeFileSync(file, bytes);
    await expect(decode(file)).rejects.toMatchObject({ name: 'AppError', code, message: expect.stringMatching(message) });
  });

  it('a folder and a missing file', async () => {
    const where = folder();
    mkdirSync(path.join(where, 'a.wav'));
    await expect(decode(path.join(where, 'a.wav'))).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    await expect(decode(path.join(where, 'b.wav'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it.skipIf(!hasFfmpeg)('a film without sound, and AAC with six channels', async () => {
    const where = folder();
    const film = path.join(where, 'silent.mp4');
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc=d=0.2:s=64x64', film]).status).toBe(0);
    await expect(decode(film)).rejects.toMatchObject({ code: 'BAD_MEDIA', message: expect.stringMatching(/no audio track/) });
    const surround = path.join(where, 'surround.m4a');
    expect(spawnSync('ffmpeg', ['-loglevel', 'error', '-i', fixture('sweep.ogg'), '-ac', '6', surround]).status).toBe(0);
    await expect(decode(surround)).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT', message: expect.stringMatching(/two channels/) });
  });

  it('a name that lies does not matter', async () => {
    const file = path.join(folder(), 'really-opus.wav');
    copyFileSync(fixture('sweep.opus'), file);
    expect((await decode(file)).length).toBe(32000);
  });
});

/** Signal to noise at the best delay within 60 ms and the best gain: containers may keep the codec's delay, and ffmpeg's channel mixing changes the level. */
function bestRatio(sound: Float32Array, expected: Float32Array): number {
  const product = (a: Float32Array, b: Float32Array, step: number) => {
    let sum = 0;
    for (let i = 8000; i < 24000; i += step) sum += a[i]! * b[i]!;
    return sum;
  };
  const delays = Array.from({ length: 960 }, (_, delay) => sound.subarray(delay));
  const scores = delays.map((delayed) => product(delayed, expected, 5)); // every fifth sample is enough for tones below 1.4 kHz
  const best = delays[scores.indexOf(Math.max(...scores))]!;
  const gain = product(best, expected, 1) / product(best, best, 1);
  return signalToNoise(best.map((value) => value * gain), expected, 8000, 24000);
}
