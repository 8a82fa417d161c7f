/** Published checkpoint files on the command line, from the file to the result, against what their authors or independent code give. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { buildSPMamba } from '../../models/architectures/sp-mamba';
import { writeSafetensors } from '../../models/checkpoints/safetensors';
import { wavFloat32 } from '../../main/inference/worker/sinks/wav';
import { runCli } from '../support/command-line';
import { readRecording } from '../support/enhance';
import { maxDifference, openGraph } from '../support/graph-runner';
import { readNpz } from '../support/npz';
import { seededFile } from '../support/seeded';
import { readShared, sharedMissing, sharedPath } from '../support/shared-files';
import { readSoundGoldens } from '../support/sound-golden';
import { SP_MAMBA_SMALL, spMambaFile, spMambaSound, spMambaWeights } from '../support/sp-mamba';
import { readGoldens } from '../support/vision-golden';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

const CLEAN_U_MAMBA = 'weights/CleanUMamba/CleanUMamba-3N-E8_pruned-200K.pkl';
const CLEAN_U_MAMBA_GOLDEN = 'goldens/CleanUMamba-3N-E8_pruned-200K__p232_005.npz';
const ATENNUATE = 'weights/aTENNuate/weights.pt';
const RECORDING = 'clnsp1_train_69005_1_snr15_tl-21_fileid_158.wav';
const DVMSR = 'weights/DVMSR/team07_DVMSR.pth';
const DVMSR_GOLDEN = 'goldens/DVMSR_team07__test64.npz';

describe('enhance', () => {
  const noCleanUMamba = sharedMissing(CLEAN_U_MAMBA, CLEAN_U_MAMBA_GOLDEN);
  it.skipIf(noCleanUMamba)(`with CleanUMamba: the level of the whole recording goes in and out ${noCleanUMamba ?? ''}`, async () => {
    const { x, y } = readNpz(readShared(CLEAN_U_MAMBA_GOLDEN));
    const [folder, out] = [newFolder(), newFolder()];
    const noisy = path.join(folder, 'noisy.wav');
    writeFileSync(noisy, wavFloat32([x!.data], 16_000));
    const result = await runCli(['enhance', noisy, '--model', sharedPath(CLEAN_U_MAMBA), '--format', 'wav,wav-f32', '--out', out]);
    expect(result.stderr).toBe('');
    expect(result.events.find(({ event }) => event === 'done')).toMatchObject({ summary: { task: 'enhance', audioSeconds: x!.data.length / 16_000 } });
    expect(maxDifference(await readRecording(path.join(out, 'noisy.enhanced.f32.wav')), y!.data)).toBeLessThan(1e-4);
    expect(maxDifference(await readRecording(path.join(out, 'noisy.enhanced.wav')), y!.data)).toBeLessThan(1e-4); // and half a step of 16 bits
  });

  const noATENNuate = sharedMissing(ATENNUATE);
  it.skipIf(noATENNuate)(`with aTENNuate: as its authors' file ${noATENNuate ?? ''}`, async () => {
    const out = newFolder();
    const input = sharedPath(`weights/aTENNuate/noisy/${RECORDING}`);
    expect((await runCli(['enhance', input, '--model', sharedPath(ATENNUATE), '--format', 'wav-f32', '--out', out])).exitCode).toBe(0);
    const official = await readRecording(sharedPath(`weights/aTENNuate/denoised_official/${RECORDING}`));
    const result = await readRecording(path.join(out, RECORDING.replace('.wav', '.enhanced.f32.wav')));
    expect(maxDifference(result, official.subarray(0, result.length))).toBeLessThan(1e-5);
  });
});

describe('separate', () => {
  it('with SPMamba: a file each for two speakers, at the rate of the model, as the graph gives them', async () => {
    const [folder, out] = [newFolder(), newFolder()];
    const [file, mixed] = [path.join(folder, 'best_model.safetensors'), path.join(folder, 'mixed.wav')];
    writeFileSync(file, spMambaFile(SP_MAMBA_SMALL));
    const pcm = spMambaSound(3000);
    writeFileSync(mixed, wavFloat32([pcm], 4000)); // 32 ms are a frame of the small model's 128 samples
    const result = await runCli(['separate', mixed, '--model', file, '--format', 'wav-f32,flac', '--out', out]);
    expect(result.stderr).toBe('');
    expect(result.events.find(({ event }) => event === 'done')).toMatchObject({ summary: { task: 'separate', audioSeconds: 0.75 } });
    expect(readdirSync(out).sort()).toEqual(['mixed.speaker1.f32.wav', 'mixed.speaker1.flac', 'mixed.speaker2.f32.wav', 'mixed.speaker2.flac']);
    const { separated } = await (await openGraph(buildSPMamba(spMambaWeights(SP_MAMBA_SMALL), 'portable').onnx, 'portable'))({ pcm: { dims: [1, pcm.length], data: pcm } });
    for (const speaker of [0, 1]) {
      const written = await readRecording(path.join(out, `mixed.speaker${speaker + 1}.f32.wav`), 4000);
      expect(maxDifference(written, separated!.data.subarray(speaker * pcm.length, (speaker + 1) * pcm.length))).toBeLessThan(1e-4);
    }
  });
});

describe('upscale', () => {
  const absent = sharedMissing(DVMSR, DVMSR_GOLDEN);
  it.skipIf(absent)(`with DVMSR: the reference's picture, rounded to 8 bits ${absent ?? ''}`, async () => {
    const { x, y } = readNpz(readShared(DVMSR_GOLDEN));
    const [folder, out] = [newFolder(), newFolder()];
    const small = path.join(folder, 'small.png');
    await sharp(interleaved(x!.data, 64 * 64), { raw: { width: 64, height: 64, channels: 3 } }).png().toFile(small);
    const result = await runCli(['upscale', small, '--model', sharedPath(DVMSR), '--out', out]);
    expect(result.events.find(({ event }) => event === 'done')).toMatchObject({ summary: { task: 'upscale', width: 256, height: 256 } });
    const { data, info } = await sharp(path.join(out, 'small.upscaled.png')).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 256, height: 256, channels: 3 });
    expect(maxDifference(data, interleaved(y!.data, 256 * 256))).toBeLessThanOrEqual(1); // where a shade lies between two
  });
});

describe('classify', () => {
  const checkpoint = () => {
    const file = path.join(newFolder(), 'small-vim.safetensors');
    writeFileSync(file, seededFile(readGoldens('vim')['patches side by side']!.weights));
    return file;
  };

  it('with Vim: the three most likely classes in every format', async () => {
    const out = newFolder();
    const model = checkpoint();
    const result = await runCli(['classify', 'assets/coins.png', 'assets/jfk.wav', '--model', model, '--top', '3', '--format', 'json,csv,txt', '--out', out]);
    expect(result.exitCode).toBe(1);
    expect(result.events.find(({ event }) => event === 'failed')).toMatchObject({ error: { code: 'WRONG_TASK' } });
    const read = (suffix: string) => readFileSync(path.join(out, `coins.classes.${suffix}`), 'utf8');
    const { classes } = JSON.parse(read('json')) as { classes: { index: number; label: string; score: number }[] };
    expect(classes.map(({ label }) => label)).toEqual(classes.map(({ index }) => `class ${index}`));
    expect(classes).toEqual([...classes].sort((a, b) => b.score - a.score));
    expect(result.events.find(({ event }) => event === 'done')).toMatchObject({ summary: { task: 'classify', label: classes[0]!.label } });
    expect(read('csv').split('\n')).toHaveLength(5); // a header, three classes, the end
    expect(read('txt').split('\n')).toHaveLength(4);
  });

  it('works through folders, and refuses a number of classes that cannot be', async () => {
    const out = newFolder();
    const model = checkpoint();
    const batch = await runCli(['batch', 'assets/coins.png', '--task', 'classify', '--model', model, '--top', '7', '--out', out, '--data-dir', newFolder()]);
    expect(batch.exitCode).toBe(0);
    expect((JSON.parse(readFileSync(path.join(out, 'coins.classes.json'), 'utf8')) as { classes: unknown[] }).classes).toHaveLength(7);
    expect((await runCli(['batch', 'assets', '--task', 'segment', '--top', '7'])).stderr).toContain('--top is for classify');
    expect((await runCli(['classify', 'assets/coins.png', '--model', model, '--top', '0'])).stderr).toContain('Expected a whole number from 1 to 1000.');
  });
});

describe('classify sound', () => {
  const classesOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { classes: { label: string; score: number }[] }).classes;
  const save = (name: string, bytes: Uint8Array) => {
    const file = path.join(newFolder(), name);
    writeFileSync(file, bytes);
    return file;
  };
  const s4 = () => {
    const { weights, ranges } = readSoundGoldens('s4-classifier')['S4D, example']!;
    return save('words.safetensors', seededFile(weights, ranges));
  };

  it('from samples, with S4D: names of a text file beside the checkpoint, the mean over eleven seconds', async () => {
    const [model, out] = [s4(), newFolder()];
    writeFileSync(path.join(path.dirname(model), 'labels.txt'), Array.from({ length: 10 }, (_, i) => `word ${i}\n`).join(''));
    const result = await runCli(['classify', 'assets/jfk.wav', 'assets/coins.png', '--model', model, '--top', '10', '--out', out]);
    expect(result.events.find(({ event }) => event === 'failed')).toMatchObject({ error: { code: 'WRONG_TASK' } });
    const classes = classesOf(path.join(out, 'jfk.classes.json'));
    expect(classes.map(({ label }) => label).sort()).toEqual(Array.from({ length: 10 }, (_, i) => `word ${i}`));
    expect(classes.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 4);
    writeFileSync(path.join(path.dirname(model), 'words.labels.txt'), 'only one');
    expect((await runCli(['classify', 'assets/jfk.wav', '--model', model])).stderr).toMatch(/BAD_CARD.*words.labels.txt names 1 classes, the weights have 10/);
  });

  it('from a spectrogram, with Audio Mamba, in a batch', async () => {
    const [model, out] = [save('aum.safetensors', seededFile(readGoldens('audio-mamba')['Fo-Bi']!.weights)), newFolder()];
    const batch = await runCli(['batch', 'assets/jfk.wav', '--task', 'classify', '--model', model, '--format', 'csv', '--out', out, '--data-dir', newFolder()]);
    expect(batch.exitCode).toBe(0);
    expect(readFileSync(path.join(out, 'jfk.classes.csv'), 'utf8')).toMatch(/^file,rank,class,label,score\njfk.wav,1,\d,class \d,0\.\d+\n/);
  });
});

describe('segment', () => {
  it('with UltraLight VM-UNet: label maps of background and foreground, a region for what is found', async () => {
    const [model, out] = [path.join(newFolder(), 'ultralight.safetensors'), newFolder()];
    writeFileSync(model, seededFile(readGoldens('vm_unet')['UltraLight VM-UNet']!.weights));
    const result = await runCli(['segment', 'assets/coins.png', '--model', model, '--format', 'labels,csv', '--out', out]);
    expect(result.events.find(({ event }) => event === 'done')).toMatchObject({ summary: { task: 'segment', width: 384, height: 303 } });
    const labels = new Set(decode(readFileSync(path.join(out, 'coins.labels.png'))).data);
    expect([...labels].every((label) => label === 0 || label === 1)).toBe(true);
    const rows = readFileSync(path.join(out, 'coins.instances.csv'), 'utf8').trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(labels.has(1) ? 1 : 0);
    expect(rows.every((row) => row.includes(',foreground,'))).toBe(true);
  });

  it('with U-Mamba: in windows, at the size of the picture', async () => {
    const [model, out] = [path.join(newFolder(), 'u-mamba.safetensors'), newFolder()];
    writeFileSync(model, seededFile(readGoldens('u_mamba')['U-Mamba, in the encoder']!.weights));
    const result = await runCli(['segment', 'assets/coins.png', '--model', model, '--format', 'labels', '--out', out]);
    expect(result.exitCode).toBe(0);
    expect(decode(readFileSync(path.join(out, 'coins.labels.png')))).toMatchObject({ width: 384, height: 303 });
  });
});

/** [3, pixels] from 0 to 1 -> red, green, blue of each pixel from 0 to 255 */
function interleaved(planes: Float32Array, pixels: number): Uint8Array {
  return Uint8Array.from({ length: 3 * pixels }, (_, i) => Math.round(255 * Math.min(1, Math.max(0, planes[(i % 3) * pixels + Math.floor(i / 3)]!))));
}

describe('models', () => {
  it('of no known family are refused as wrong usage, with what was found', async () => {
    const model = path.join(newFolder(), 'mine.safetensors');
    writeFileSync(model, writeSafetensors([{ name: 'a.weight', shape: [2], data: new Float32Array(2) }]));
    const { exitCode, stderr } = await runCli(['upscale', 'assets/cell.png', '--model', model]);
    expect(stderr).toMatch(/error BAD_CHECKPOINT: .*mine\.safetensors: .*a\.weight \[2\]/);
    expect(exitCode).toBe(2);
  });

  it('must be named where none is bundled', async () => {
    const { exitCode, stderr } = await runCli(['enhance', 'assets/jfk.wav']);
    expect(stderr).toContain("required option '--model <id|path>' not specified");
    expect(exitCode).toBe(2);
  });

  const absent = sharedMissing(DVMSR);
  it.skipIf(absent)(`of another task are refused; a card beside the file is taken before what the weights tell ${absent ?? ''}`, async () => {
    const recording = 'assets/jfk.wav';
    expect(existsSync(recording)).toBe(true);
    expect((await runCli(['enhance', recording, '--model', sharedPath(DVMSR)])).stderr).toContain('error WRONG_TASK: Model team07-dvmsr is for upscale');
    const file = path.join(newFolder(), 'own.pth');
    copyFileSync(sharedPath(DVMSR), file);
    writeFileSync(file.replace('.pth', '.card.json'), '{}');
    expect((await runCli(['upscale', 'assets/cell.png', '--model', file])).stderr).toContain('error BAD_CARD:');
  });
});
