/** Hostile checkpoints given to the real child: always a coded error, within two seconds of work and 500 MB, and nothing is ever executed. */
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../models/checkpoints/safetensors';
import { beginPeak, peakMemory, processorSeconds, unmeasured } from '../../support/child-memory';
import { HOSTILE, SAMPLES } from '../../support/hostile-checkpoints';
import { realHost } from '../../support/services';
import { temporaryFolders } from '../../support/temporary-folder';
import { bytesOf, build, dict, global, joined, reduce, tensor, text, torchLegacy, torchZip, tuple, zip } from '../../support/torch-files';

const SECONDS = 2;
const MAX_BYTES = 500 * 1e6;
const CODES = ['BAD_CHECKPOINT', 'BAD_WEIGHTS', 'BAD_CARD', 'EMPTY_FILE'];

const newFolder = temporaryFolders();
const host = realHost();
const { archive, legacy, sound } = SAMPLES;

/** The message of the coded error that the child must answer with. */
async function refusal(input: string, id = 'mine'): Promise<string> {
  const child = unmeasured ? undefined : host.pid;
  if (child) beginPeak(child);
  const before = child ? processorSeconds(child) : 0;
  const failure = await host.serve({ service: 'adoptModel', params: { input, staged: path.join(newFolder(), 'staged'), id } }).then(
    () => expect.fail(`${input} was accepted`),
    (error: unknown) => error as { code: string; message: string },
  );
  expect(CODES).toContain(failure.code);
  expect(failure.message.length).toBeLessThan(2000);
  if (child) {
    expect(host.pid, 'the child lives on').toBe(child);
    expect(processorSeconds(child) - before).toBeLessThan(SECONDS);
    expect(peakMemory(child)).toBeLessThan(MAX_BYTES);
  }
  return failure.message;
}

async function refusalOf(bytes: Uint8Array, name = 'model.pth'): Promise<string> {
  const file = path.join(newFolder(), name);
  writeFileSync(file, bytes);
  return refusal(file);
}

it('starts', () => host.serve({ service: 'native', params: {} }).then(() => expect(host.pid).toBeGreaterThan(0)));

it.each(HOSTILE)('%s', async (_, bytes, reason) => {
  expect(await refusalOf(bytes)).toContain(bytes.length === 0 ? 'empty' : reason);
});

describe('nothing is executed or written by', () => {
  const ways = (command: string) => ({
    'a reducer': reduce(global('os', 'system'), text(command)),
    'a reducer of posix': reduce(global('posix', 'system'), text(command)),
    'eval': reduce(global('builtins', 'eval'), text(`__import__('os').system('${command}')`)),
    'a new object': joined(global('subprocess', 'Popen'), tuple(text(command)), [0x81]),
    'a state': build(joined(global('codecs', 'Evil'), ')', [0x81]), dict({ __reduce__: text(command) })),
    'a stack global': joined(text('os'), text('system'), [0x93], tuple(text(command)), 'R'),
  });
  it.each(Object.keys(ways('')))('%s', async (way) => {
    const marker = path.join(newFolder(), 'executed');
    const attack = ways(`touch ${marker}`)[way as 'eval'];
    for (const object of [attack, dict({ w: tensor({ key: '0', type: 'Float', length: 4 }, [4]), attack })]) {
      await refusalOf(archive(object));
      await refusalOf(legacy(object));
    }
    expect(existsSync(marker)).toBe(false);
  });

  it('entries with paths out of the archive', async () => {
    const folder = newFolder();
    const slip = ['../../slipped', '/tmp/slipped', '..\\slipped'].map((name) => ({ name, data: joined('slipped') }));
    writeFileSync(path.join(folder, 'model.zip'), zip([...slip, { name: '../data.pkl', data: joined([0x80, 2], sound, '.') }, { name: '../data/0', data: new Uint8Array(16) }]));
    expect(await refusal(path.join(folder, 'model.zip'))).toContain('no known architecture');
    for (const place of [path.join(folder, '../slipped'), path.join(folder, '../../slipped'), '/tmp/slipped', path.join(folder, 'slipped')]) expect(existsSync(place)).toBe(false);
  });
});

describe('safetensors', () => {
  const prefix = (bytes: number) => bytesOf(BigUint64Array.of(BigInt(bytes)));
  const manyTensors = (count: number): Uint8Array => {
    const header = `{${Array.from({ length: count }, (_, i) => `"${i}":{"dtype":"U8","shape":[1],"data_offsets":[${i},${i + 1}]}`).join(',')}}`.padEnd(9_999_999);
    return joined(prefix(header.length), header, new Uint8Array(count));
  };
  it('with a header of 1 GB, in a file that large', async () => {
    const file = path.join(newFolder(), 'model.safetensors');
    writeFileSync(file, joined(prefix(2 ** 30), '{"a":{}'));
    truncateSync(file, 2 ** 30 + 4096);
    expect(await refusal(file)).toContain('at most');
  });

  it('with the largest header that is read', async () => {
    expect(await refusalOf(manyTensors(20_000), 'model.safetensors')).toContain('no known architecture');
  });

  it('with more tensors than any model has', async () => {
    expect(await refusalOf(manyTensors(150_000), 'model.safetensors')).toContain('names 150000 tensors, at most 20000');
  });

  it('with brackets without end', async () => {
    const header = '{"a":'.padEnd(9_000_000, '[');
    expect(await refusalOf(joined(prefix(header.length), header), 'model.safetensors')).toContain('nests more than 3 deep');
  });

  it('with tensors that overlap or lie behind the end', async () => {
    const file = (entry: string) => joined(prefix(entry.length), entry, [1, 2, 3, 4, 5]);
    expect(await refusalOf(file('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}'), 'a.safetensors')).toContain('overlap');
    expect(await refusalOf(file('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}'), 'a.safetensors')).toContain('the data has 5');
  });
});

describe('cut off at each percent', () => {
  const values = Float32Array.from({ length: 5000 }, Math.sin);
  const object = dict({ w: tensor({ key: '0', type: 'Float', length: 5000 }, [5000]) });
  const files: [string, Uint8Array][] = [
    ['safetensors', writeSafetensors([{ name: 'w', shape: [5000], data: values }])],
    ['an archive', torchZip(object, { 0: bytesOf(values) })],
    ['a deflated archive', torchZip(object, { 0: bytesOf(values) }, { deflate: true })],
    ['a legacy file', torchLegacy(object, [{ key: '0', length: 5000, bytes: bytesOf(values) }])],
  ];
  it.each(files)('%s', async (_, whole) => {
    for (let percent = 0; percent < 100; percent++) expect(await refusalOf(whole.subarray(0, Math.floor((whole.length * percent) / 100)))).not.toContain('no known architecture');
    expect(await refusalOf(whole)).toContain('no known architecture');
  });
});
