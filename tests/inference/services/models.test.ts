import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCard } from '../../../models/cards/card';
import { bundledIds, findModel } from '../../../main/library/bundled';
import { realHost } from '../../support/services';
import { seededFile } from '../../support/seeded';
import { sharedMissing, sharedPath } from '../../support/shared-files';
import { readSoundGoldens } from '../../support/sound-golden';
import { readGoldens } from '../../support/vision-golden';
import { temporaryFolders } from '../../support/temporary-folder';
import { zip } from '../../support/torch-files';

const newFolder = temporaryFolders();
const host = realHost();
const published = ['weights/aTENNuate/weights.pt', 'weights/CleanUMamba/CleanUMamba-3N-E8_pruned-200K.pkl', 'weights/CleanUMamba/Experiment_CleanU_Mamba2.pkl', 'weights/DVMSR/team07_DVMSR.pth', 'weights/PFVM/team34_PFVM.pth'];

async function adopt(input: string) {
  const staged = path.join(newFolder(), 'staged');
  const { weights } = await host.serve({ service: 'adoptModel', params: { input, staged, id: 'mine' } });
  const card = parseCard(JSON.parse(readFileSync(path.join(staged, 'card.json'), 'utf8')));
  return { card, weights: readFileSync(path.join(staged, weights)), files: { id: card.id, card: path.join(staged, 'card.json'), weights: path.join(staged, weights) } };
}

describe('bundled models', () => {
  it('pass the self-test, native and portable alike', async () => {
    for (const id of await bundledIds()) {
      const { files } = await findModel(id);
      const result = await host.serve({ service: 'selfTest', params: { model: files, device: 'auto', threads: 2 } });
      expect(result, id).toMatchObject({ ok: true, message: expect.stringMatching(/values are finite\. .* differ by/) });
    }
  });

  it('are measured in megapixels or seconds of sound', async () => {
    const { files } = await findModel('speech-en');
    expect(await host.serve({ service: 'measure', params: { model: files, device: 'portable', threads: 1 } })).toMatchObject({ unit: 'x real time', device: 'portable', threads: 1, speed: expect.any(Number) });
  });
});

describe('a classifier', () => {
  it('passes the self-test and is measured in pictures', async () => {
    const file = path.join(newFolder(), 'vim.safetensors');
    writeFileSync(file, seededFile(readGoldens('vim')['patches side by side']!.weights));
    const { card, files } = await adopt(file);
    expect(card).toMatchObject({ task: 'classify', architecture: 'vim' });
    expect(await host.serve({ service: 'selfTest', params: { model: files, device: 'auto', threads: 1 } })).toMatchObject({ ok: true, values: 10 });
    expect(await host.serve({ service: 'measure', params: { model: files, device: 'auto', threads: 1 } })).toMatchObject({ unit: 'images/s', speed: expect.any(Number) });
  });
});

describe('a classifier of sound', () => {
  const { weights, ranges } = readSoundGoldens('s4-classifier')['S4D, fourth release']!;
  it.each([
    ['s4-classifier', seededFile(weights, ranges)],
    ['audio-mamba', seededFile(readGoldens('audio-mamba')['Bi-Bi']!.weights)],
  ])('%s keeps the names beside its file, passes the self-test and is measured in seconds of sound', async (architecture, bytes) => {
    const file = path.join(newFolder(), 'model.safetensors');
    writeFileSync(file, bytes);
    writeFileSync(path.join(path.dirname(file), 'model.labels.txt'), [...'abcdefghij'].join('\n'));
    const { card, files } = await adopt(file);
    expect(card).toMatchObject({ task: 'classify', architecture, classify: { labels: [...'abcdefghij'] } });
    expect(await host.serve({ service: 'selfTest', params: { model: files, device: 'auto', threads: 1 } })).toMatchObject({ ok: true, values: 10 });
    expect(await host.serve({ service: 'measure', params: { model: files, device: 'auto', threads: 1 } })).toMatchObject({ unit: 'x real time', speed: expect.any(Number) });
  });
});

it.each([['VM-UNet, one class', 2], ['VM-UNet, nine classes', 9], ['UltraLight VM-UNet', 2]] as const)('%s passes the self-test', async (name, scores) => {
  const file = path.join(newFolder(), 'segmenter.safetensors');
  writeFileSync(file, seededFile(readGoldens('vm_unet')[name]!.weights));
  const { files } = await adopt(file);
  expect(await host.serve({ service: 'selfTest', params: { model: files, device: 'auto', threads: 1 } })).toMatchObject({ ok: true, values: scores * 256 * 256 });
});

describe('self-test', () => {
  it('names weights that give no numbers', async () => {
    const folder = newFolder();
    const bytes = readFileSync('models/bundled/speech-en/model.safetensors');
    const header = Number(bytes.readBigUInt64LE(0));
    const tensors = JSON.parse(bytes.subarray(8, 8 + header).toString()) as Record<string, { dtype: string; data_offsets: [number, number] }>;
    const [from, to] = Object.entries(tensors).find(([name]) => name !== '__metadata__')![1].data_offsets;
    bytes.fill(0xff, 8 + header + from, 8 + header + to); // NaN in every float format
    for (const file of ['card.json', 'language.safetensors']) copyFileSync(`models/bundled/speech-en/${file}`, path.join(folder, file));
    writeFileSync(path.join(folder, 'model.safetensors'), bytes);
    const model = { id: 'broken', card: path.join(folder, 'card.json'), weights: path.join(folder, 'model.safetensors') };
    expect(await host.serve({ service: 'selfTest', params: { model, device: 'portable', threads: 1 } })).toMatchObject({ ok: false, message: expect.stringContaining('NaN') });
  });

  it('says what is wrong with a model that cannot be opened', async () => {
    const model = { id: 'none', weights: path.resolve('README.md') };
    await expect(host.serve({ service: 'selfTest', params: { model, device: 'auto', threads: 1 } })).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
  });
});

describe('adoption', () => {
  it('takes a folder and a ZIP archive with a card', async () => {
    const folder = path.resolve('models/bundled/nuclei');
    const fromFolder = await adopt(folder);
    expect(fromFolder.card.id).toBe('nuclei');
    expect(fromFolder.weights.equals(readFileSync(path.join(folder, 'model.safetensors')))).toBe(true);
    const archive = path.join(newFolder(), 'nuclei.zip');
    writeFileSync(archive, zip(['card.json', 'model.safetensors'].map((name) => ({ name: `some folder/${name}`, data: readFileSync(path.join(folder, name)), deflate: name === 'card.json' }))));
    const fromArchive = await adopt(archive);
    expect(fromArchive.card).toEqual(fromFolder.card);
    expect(fromArchive.weights.equals(fromFolder.weights)).toBe(true);
  });

  it('refuses what is no model, and leaves nothing', async () => {
    const folder = newFolder();
    const refused = async (input: string, code: string) => {
      const staged = path.join(folder, 'staged');
      await expect(host.serve({ service: 'adoptModel', params: { input, staged, id: 'mine' } })).rejects.toMatchObject({ code, message: expect.stringContaining(input) });
      expect(readdirSync(folder)).not.toContain('staged');
    };
    await refused(path.resolve('README.md'), 'BAD_CHECKPOINT');
    await refused(path.join(folder, 'absent.pth'), 'FILE_NOT_FOUND');
    await refused(newFolder(), 'FILE_NOT_FOUND');
    const strange = path.join(folder, 'strange');
    mkdirSync(strange);
    copyFileSync('models/bundled/nuclei/model.safetensors', path.join(strange, 'model.safetensors'));
    copyFileSync('models/bundled/speech-en/card.json', path.join(strange, 'card.json'));
    await refused(strange, 'BAD_WEIGHTS');
    await refused(path.join(strange, 'model.safetensors'), 'BAD_CHECKPOINT');
    writeFileSync(path.join(strange, 'card.json'), '{');
    await refused(strange, 'BAD_CARD');
  });

  it.skipIf(sharedMissing(...published)).each(published)(`recognises the published %s, which passes the self-test ${sharedMissing(...published) ?? ''}`, async (file) => {
    const { card, files } = await adopt(sharedPath(file));
    expect(card.id).toBe('mine');
    const result = await host.serve({ service: 'selfTest', params: { model: files, device: 'auto', threads: 2 } });
    expect(result, result.message).toMatchObject({ ok: true, message: expect.stringContaining('differ by') });
  });
});
