/**
 * Both readers on damaged files: each is read or refused with BAD_CHECKPOINT, within two seconds of work, on a usual machine. Seeded, a second or two by default:
 * `MAMBA_FUZZ_MINUTES=10 MAMBA_FUZZ_SEED=1 nice -n 10 npx vitest run tests/models/checkpoints/fuzz.test.ts` goes on for ten minutes a format.
 */
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { writeSafetensors } from '../../../models/checkpoints/safetensors';
import { ModelError } from '../../../models/errors';
import { SAMPLES } from '../../support/hostile-checkpoints';
import { Random } from '../../support/random';
import { exceeds } from '../../support/speed';
import { dict, global, int, joined, list, long, reduce, storage, tensor, text, tuple } from '../../support/torch-files';

const minutes = Number(process.env.MAMBA_FUZZ_MINUTES ?? 0);
const seed = Number(process.env.MAMBA_FUZZ_SEED ?? 11);
const RUNS = 3000; // at least
const SECONDS = 2;

const { archive, legacy, sound, four } = SAMPLES;
const everything = dict({
  model: sound, part: tensor(four, [2], [2], 1), n: long(2n ** 80n), l: list(int(1), tuple(text('x'))), s: storage(four), o: reduce(global('a', 'B'), int(1)),
});

const formats: Record<string, Uint8Array[]> = {
  safetensors: [
    writeSafetensors([{ name: 'first', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, { name: 'second', shape: [3], data: Float32Array.of(5, 6, 7) }]),
    writeSafetensors([{ name: 'empty', shape: [0], data: new Float32Array(0) }, { name: 'one', shape: [], data: Float32Array.of(1) }]),
  ],
  PyTorch: [archive(sound), archive(everything), archive(everything, { deflate: true }), archive(sound, { zip64: true }), legacy(sound), legacy(everything)],
};

/** What readers are likely to stumble over: signatures, lengths at their limits, operations, parts of headers. */
const WORDS = [
  ...['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', '"data_offsets":[', '{"', '"F16"', '[[[[', ']}', '-1', '1e999', '\\u0000', 'torch\nFloatStorage\n', 'c__builtin__\neval\n'].map((word) => joined(word)),
  ...[[0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x80, 2], [0x8a, 255], [0x8b], [0x8d], [0x8e], [0x96]].map((word) => joined(word)),
  ...'(.012NKMJGXUTCBltaedsuqrhjcRbQ})]'.split('').map((operation) => joined(operation)),
];

describe.each(Object.keys(formats))('%s', (format) => {
  it('is read or refused', () => {
    const random = new Random(seed);
    const corpus = formats[format]!;
    const end = performance.now() + minutes * 60_000;
    let [runs, refused] = [0, 0];
    for (; runs < RUNS || performance.now() < end; runs++) {
      const file = mutate(corpus[random.below(corpus.length)]!, corpus, random);
      const start = process.cpuUsage();
      try {
        for (const weight of openCheckpoint(file).weights.values()) weight.toFloat32();
      } catch (error) {
        if (!(error instanceof ModelError) || error.code !== 'BAD_CHECKPOINT') throw new Error(`run ${runs} of seed ${seed}: ${Buffer.from(file).toString('base64')}`, { cause: error });
        refused++;
      }
      if (exceeds(process.cpuUsage(start).user / 1e6, SECONDS)) throw new Error(`run ${runs} of seed ${seed} took more than ${SECONDS} s: ${Buffer.from(file).toString('base64')}`);
    }
    if (minutes > 0) console.log(`${format}: ${runs} files, ${refused} refused, seed ${seed}`);
    expect(refused).toBeGreaterThan(runs / 4);
    expect(refused).toBeLessThan(runs);
  }, (minutes + 2) * 60_000);
});

/** Overwrites, removes, inserts or repeats some bytes, or puts in a word or a piece of another file. */
function mutate(file: Uint8Array, corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random.below(bytes.length);
    const end = at + 1 + random.below(8);
    const kind = random.below(8);
    if (kind < 2) bytes[at] = random.below(256);
    else if (kind === 2) bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)]!;
    else if (kind === 3) bytes = joined(bytes.subarray(0, at), bytes.subarray(end));
    else if (kind === 4) bytes = joined(bytes.subarray(0, end), bytes.subarray(at));
    else if (kind < 7) bytes = joined(bytes.subarray(0, at), WORDS[random.below(WORDS.length)]!, bytes.subarray(kind === 5 ? at : end));
    else {
      const other = corpus[random.below(corpus.length)]!;
      const from = random.below(other.length);
      bytes = joined(bytes.subarray(0, at), other.subarray(from, from + 1 + random.below(40)), bytes.subarray(end));
    }
  }
  return bytes;
}
