import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { tuning } from '../../main/contract/tuning';
import type { EvalReport } from '../../main/eval/evaluate';
import { classCounter, classScorer } from '../../main/eval/score-classes';
import { countImage, scoreImageSet } from '../../main/eval/score-images';
import { countUtterance, scoreSpeechSet } from '../../main/eval/score-speech';
import { runCli } from '../support/command-line';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

function labelFile(name: string, width: number, pixels: number[]): string {
  const file = path.join(newFolder(), name);
  writeFileSync(file, encode({ width, height: pixels.length / width, channels: 1, depth: 8, data: Uint8Array.from(pixels) }));
  return file;
}

describe('scores of images', () => {
  const newItem = () => ({ set: 's', input: 'x', truth: { path: labelFile('truth.png', 4, [1, 1, 0, 2, 1, 1, 0, 2]), kind: 'labels' as const } });

  it('worked out by hand: one found whole, one missed', async () => {
    const found = labelFile('found.png', 4, [5, 5, 0, 0, 5, 5, 0, 0]);
    const score = scoreImageSet('s', [await countImage(newItem(), found)]);
    expect(score).toMatchObject({ images: 1, instances: 2, ap50: { value: 0.5, low: 0.5, high: 0.5 }, ap50Pooled: { value: 0.5 }, meanAp: { value: 0.5 } });
    expect(score.meanIou.value).toBeCloseTo((2 / 4 + 4 / 6) / 2, 12); // background 2 of 4 pixels, objects 4 of 6
  });

  it('counts a file that failed as nothing found', async () => {
    const score = scoreImageSet('s', [await countImage(newItem(), undefined)]);
    expect(score).toMatchObject({ ap50: { value: 0 }, ap: expect.arrayContaining([expect.objectContaining({ threshold: 0.5, falseNegatives: 2, truePositives: 0 })]) });
  });

  it('takes regions of a mask as instances', async () => {
    const mask = { path: labelFile('mask.png', 4, [255, 255, 0, 255, 255, 255, 0, 255]), kind: 'regions' as const };
    expect(scoreImageSet('s', [await countImage({ ...newItem(), truth: mask }, undefined)]).instances).toBe(2);
  });

  it('refuses a mask of another size than its image', async () => {
    await expect(countImage(newItem(), labelFile('small.png', 2, [1, 1]))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('scores of classes', () => {
  const look = (name: string) => ({ name, color: '#000000' });
  const streets = { kind: 'semantic' as const, classes: [look('elsewhere'), look('street'), look('car'), look('tree')], background: true };
  const item = (pixels: number[]) => ({ set: 's', input: 'x', truth: { path: labelFile('truth.png', 2, pixels), kind: 'classes' as const } });

  it('worked out by hand, pixels of all images together', async () => {
    const count = classCounter(streets);
    const counts = [await count(item([0, 1, 1, 1]), labelFile('found.png', 2, [0, 1, 1, 2])), await count(item([2, 2, 0, 0]), labelFile('found.png', 2, [2, 2, 0, 1]))];
    const score = classScorer(streets)('s', counts);
    expect(score.classes).toEqual([{ name: 'elsewhere', iou: 2 / 3 }, { name: 'street', iou: 2 / 4 }, { name: 'car', iou: 2 / 3 }, { name: 'tree', iou: null }]);
    expect(score.meanIou.value).toBeCloseTo(11 / 18, 12);
    expect(score.accuracy.value).toBe(6 / 8);
    expect(score.meanIou.low).toBeLessThan(score.meanIou.value);
  });

  it('without a background 0 is not counted, and a file that failed is all wrong', async () => {
    const { background, ...section } = streets;
    expect(background).toBe(true);
    const found = await classCounter(section)(item([0, 1, 2, 2]), labelFile('found.png', 2, [3, 1, 2, 2]));
    expect(classScorer(section)('s', [found])).toMatchObject({ accuracy: { value: 1 }, classes: [{ iou: 1 }, { iou: 1 }, { iou: null }, { iou: null }] });
    expect(classScorer(section)('s', [await classCounter(section)(item([0, 1, 2, 2]), undefined)])).toMatchObject({ accuracy: { value: 0 }, meanIou: { value: 0 } });
  });

  it('refuses a number that is no class', async () => {
    await expect(classCounter(streets)(item([0, 1, 9, 0]), undefined)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('9 came') });
  });
});

it('scores of speech pool the errors of all utterances; a failed file counts as all words missed', async () => {
  const text = path.join(newFolder(), 'text.txt');
  writeFileSync(text, 'One two three.\n');
  const item = { set: 's', input: 'x', text: 'ONE TWO FOUR' };
  const score = scoreSpeechSet('s', [await countUtterance(item, text), await countUtterance({ ...item, text: 'FIVE' }, undefined)]);
  expect(score.wer).toMatchObject({ value: 0.5, reference: 4, substitutions: 1, deletions: 1, insertions: 0 });
  expect(score.utterances).toBe(2);
});

describe('the command', () => {
  const report = async (args: string[]) => {
    const result = await runCli(['eval', ...args, '--json']);
    return { ...result, report: JSON.parse(result.stdout) as EvalReport };
  };

  it('scores a plain folder of recordings, and says which file failed', async () => {
    const folder = newFolder();
    for (const name of ['61-70968-0000.flac', '61-70968-0000.txt']) copyFileSync(path.join('assets', name), path.join(folder, name));
    writeFileSync(path.join(folder, 'broken.flac'), 'x');
    writeFileSync(path.join(folder, 'broken.txt'), 'two words');
    const { exitCode, report: result } = await report(['speech-en', '--data', folder]);
    expect(exitCode).toBe(1);
    expect(result.failures).toMatchObject([{ input: path.join(folder, 'broken.flac'), error: { code: 'UNKNOWN_FORMAT' } }]);
    expect(result.score.pooled).toMatchObject({ utterances: 2, wer: { reference: 19 } });
  });

  it('scores images with masks', async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'masks'));
    copyFileSync('assets/cell.png', path.join(folder, 'cell.png'));
    const disk = Uint8Array.from({ length: 550 * 660 }, (_, i) => (Math.hypot((i % 550) - 428, Math.floor(i / 550) - 375) < 63 ? 255 : 0)); // the cell
    writeFileSync(path.join(folder, 'masks', 'cell.png'), encode({ width: 550, height: 660, channels: 1, depth: 8, data: disk }));
    const { exitCode, report: result } = await report(['nuclei', '--data', folder]);
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ model: 'nuclei', score: { task: 'segment', pooled: { images: 1, instances: 1 } } });
  });

  it('tunes the decoder, and refuses a model that has none', async () => {
    const folder = newFolder();
    for (const name of ['61-70968-0000.flac', '61-70968-0000.txt']) copyFileSync(path.join('assets', name), path.join(folder, name));
    const { exitCode, stdout } = await runCli(['eval', 'speech-en', '--data', folder, '--tune', '--json']);
    expect(exitCode).toBe(0);
    const { trials, best, symbolBonus, confidence, calibrationError } = tuning.parse(JSON.parse(stdout));
    const fused = trials.filter(({ decoder }) => decoder === 'language model');
    expect(new Set(trials.map(({ decoder }) => decoder))).toEqual(new Set(['greedy', 'beam', 'language model']));
    expect(Math.min(...fused.map(({ rate }) => rate))).toBe(fused.find(({ settings }) => isDeepStrictEqual(settings, best))!.rate);
    expect(symbolBonus).toHaveLength(42);
    expect(confidence).toHaveLength(6);
    expect(calibrationError.fitted).toBeGreaterThanOrEqual(0);
    expect((await runCli(['eval', 'nuclei', '--data', folder, '--tune'])).stderr).toContain('WRONG_TASK');
  });

  it('scores the class of each pixel, for a model that names it', async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'masks'));
    copyFileSync('assets/facade.jpg', path.join(folder, 'facade.jpg'));
    const half = Uint8Array.from({ length: 480 * 480 }, (_, i) => (i % 480 < 330 ? 2 : 0)); // the house on the left, the sky on the right, roughly
    writeFileSync(path.join(folder, 'masks', 'facade.png'), encode({ width: 480, height: 480, channels: 1, depth: 8, data: half }));
    const { exitCode, report: result } = await report(['facades', '--data', folder]);
    expect(exitCode).toBe(0);
    const { score } = result as { score: { of: string; pooled: { meanIou: { value: number }; classes: { name: string; iou: number }[] } } };
    expect([score.of, score.pooled.classes.length]).toEqual(['classes', 11]);
    expect(score.pooled.classes.find(({ name }) => name === 'facade')!.iou).toBeGreaterThan(0.3);
  });

  it('refuses a folder without labelled data as wrong usage', async () => {
    const { exitCode, stderr } = await runCli(['eval', 'nuclei', '--data', newFolder()]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('BAD_USAGE');
  });

  const shared = '../shared/speech';
  it.skipIf(!existsSync(shared))('reads the layout of the shared speech data (skipped where ../shared is absent)', async () => {
    const folder = newFolder();
    const clip = 'an1-mblw-b'; // one clip, for speed
    mkdirSync(path.join(folder, 'an4'));
    copyFileSync(path.join(shared, 'an4', `${clip}.opus`), path.join(folder, 'an4', `${clip}.opus`));
    writeFileSync(path.join(folder, 'manifest.tsv'), `set\tsplit\tutt\tspeaker\tseconds\ttext\nan4\ttest\t${clip}\tmblw\t2\tONE\n`);
    const { report: result } = await report(['speech-en', '--data', folder, '--set', 'an4']);
    expect(result).toMatchObject({ failures: [], split: 'test', score: { sets: [{ set: 'an4', utterances: 1 }] } });
  });
});
