import { beforeEach, describe, expect, it } from 'vitest';
import { BridgeError } from '../../../renderer/bridge/bridge';
import { models } from '../../../renderer/bridge/fake/data';
import { fakeBridge } from '../../../renderer/bridge/fake/fake';
import { answersTo, headline, speedText } from '../../../renderer/features/models/figures';
import { dismissImport, imports, importModel } from '../../../renderer/features/models/imports';
import { formatFor } from '../../../renderer/i18n/format';

const [nuclei, speech] = models as [(typeof models)[0], (typeof models)[0]];
const english = formatFor('en');

describe('facts of a model', () => {
  it('show the first figure and the measured speed', () => {
    expect(headline(nuclei, english)).toEqual({ metric: 'AP@0.5', value: '0.829', where: 'AP@0.5: 32 test images' });
    expect(headline({ ...nuclei, figures: [] }, english)).toBeNull();
    const word = (key: string) => ({ realTime: 'real time', imagesPerSecond: 'images/s' })[key]!;
    expect(speedText(nuclei, english, word)).toBe('1.84 Mpx/s');
    expect(speedText({ ...nuclei, measured: { ...nuclei.measured!, speed: 28.4, unit: 'images/s' } }, english, word)).toBe('28 images/s');
    expect(speedText({ ...speech, measured: { speed: 31.23, unit: 'x real time', device: 'native', threads: 2, time: 0 } }, english, word)).toBe('31 × real time');
    expect(speedText(speech, english, word)).toBe('');
  });
  it('are written as the language writes numbers', () => {
    expect(headline(nuclei, formatFor('de'))?.value).toBe('0,829');
    expect(formatFor('de').bytes(1_840_000)).toBe('1,8 MB');
    expect([0, 999, 12_400_000, 3.2e12].map((bytes) => english.bytes(bytes))).toEqual(['0 B', '999 B', '12 MB', '3.2 TB']);
  });
  it('answer to words of name, licence and task', () => {
    expect(answersTo(nuclei, 'cell apache', 'Segmentation')).toBe(true);
    expect(answersTo(nuclei, 'segm', 'Segmentation')).toBe(true);
    expect(answersTo(nuclei, '', 'Segmentation')).toBe(true);
    expect(answersTo(nuclei, 'speech', 'Segmentation')).toBe(false);
  });
});

describe('imports', () => {
  const file = { id: 'f1', name: 'net.safetensors', kind: 'model' as const, bytes: 3, path: '' };
  beforeEach(() => imports.setState({ list: [] }));

  it('leave the list when they are done, and are not begun twice', async () => {
    const bridge = fakeBridge({ 'models.import': () => nuclei });
    const both = await Promise.all([importModel(bridge, file), importModel(bridge, file)]);
    expect(both).toEqual([nuclei, null]);
    expect(bridge.calls).toHaveLength(1);
    expect(imports.getState().list).toEqual([]);
  });

  it('that fail stay with their error until dismissed or tried again', async () => {
    const report = { code: 'BAD_CHECKPOINT' as const, message: 'expected a header', hint: '' };
    let good = false;
    const bridge = fakeBridge({ 'models.import': () => (good ? nuclei : Promise.reject(new BridgeError(report))) });
    expect(await importModel(bridge, file)).toBeNull();
    expect(imports.getState().list).toEqual([{ file, error: report }]);
    good = true;
    expect(await importModel(bridge, file)).toBe(nuclei);
    expect(imports.getState().list).toEqual([]);
    dismissImport('unknown');
  });

  it('that are tried again keep their places', async () => {
    const bridge = fakeBridge({ 'models.import': () => Promise.reject(new BridgeError({ code: 'BAD_CHECKPOINT', message: '', hint: '' })) });
    const names = () => imports.getState().list.map((one) => one.file.name);
    for (const name of ['a', 'b', 'c']) await importModel(bridge, { ...file, id: name, name });
    const again = importModel(bridge, { ...file, id: 'a', name: 'a' });
    expect(names()).toEqual(['a', 'b', 'c']);
    await again;
    expect(names()).toEqual(['a', 'b', 'c']);
  });
});
