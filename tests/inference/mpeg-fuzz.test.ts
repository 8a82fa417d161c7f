/**
 * Damaged streams of MPEG audio: sound of finite samples or BAD_MEDIA, within two seconds of work, on a usual machine. Seeded, less than a second by default:
 * `MAMBA_FUZZ_MINUTES=5 MAMBA_FUZZ_SEED=1 nice -n 10 npx vitest run tests/inference/mpeg-fuzz.test.ts` goes on for five minutes.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AppError } from '../../main/contract/errors';
import { decodeMpeg } from '../../main/inference/worker/media/audio/mpeg/mpeg';
import { randomStream } from '../support/mpeg-streams';
import { Random } from '../support/random';
import { exceeds } from '../support/speed';

const minutes = Number(process.env.MAMBA_FUZZ_MINUTES ?? 0);
const seed = Number(process.env.MAMBA_FUZZ_SEED ?? 7);
const RUNS = 60; // at least
const SECONDS = 2;
const LONGEST = 20; // seconds of sound that damage to a few frames may make up

const plain = readFileSync('tests/fixtures/audio/sweep-no-xing.mp3');
const seeds: Uint8Array[] = [
  readFileSync('tests/fixtures/audio/sweep.mp3').subarray(0, 3000),
  plain.subarray(0, 3000),
  randomStream({ version: '1', rate: 0, mode: 'joint', middleSide: true, intensity: true, windows: ['long', 'mixed', 'short'], checksum: true }, 3, new Random(1)),
  randomStream({ version: '2', rate: 1, mode: 'joint', intensity: true, windows: ['start', 'mixed', 'stop'] }, 5, new Random(2)),
  randomStream({ version: '2.5', rate: 2, mode: 'mono', windows: ['long', 'mixed'] }, 5, new Random(3)),
  ...[0xfd, 0xff, 0xf5].map((layer) => Uint8Array.from(plain.subarray(0, 3000), (byte, i) => (i % 417 === 0 ? 0xff : i % 417 === 1 ? layer : byte))), // noise as layer II, I and II of MPEG 2
];
/** Names of tags, and headers of every kind. */
const WORDS = [
  ...['ID3\x04\0\0\0\0\x01\0', 'TAG', 'Xing\0\0\0\x0f', 'Info\0\0\0\x01', 'VBRI', 'LAME'].map((name) => Buffer.from(name, 'latin1')),
  ...[0xfb, 0xf3, 0xe3, 0xfd, 0xff, 0xfa].flatMap((second) => [0x00, 0x02, 0x90, 0xe4].map((third) => Buffer.from([0xff, second, third, 0x50]))),
];

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = Uint8Array.from(bytes);
  for (let n = 1 + random.below(10); n > 0; n--) {
    const at = random.below(random.next() < 0.3 ? Math.min(64, mutated.length) : mutated.length);
    const kind = random.below(12);
    if (kind < 4) mutated[at] = random.below(256);
    else if (kind < 7) mutated[at]! ^= 1 << random.below(8);
    else if (kind === 7) mutated.set(WORDS[random.below(WORDS.length)]!.subarray(0, mutated.length - at), at);
    else if (kind === 8) mutated.fill(random.below(2) * 255, at, at + random.below(60));
    else {
      const inserted = kind === 9 ? seeds[random.below(seeds.length)]!.subarray(0, random.below(800)) : new Uint8Array(0);
      const next = kind === 10 ? Math.max(0, at - 300) : at + random.below(200); // repeats or leaves out
      mutated = Uint8Array.from(Buffer.concat([mutated.subarray(0, at), inserted, mutated.subarray(next)]));
    }
  }
  return mutated;
}

/** In pieces of any length, as files and containers give them. */
async function* pieces(bytes: Uint8Array, random: Random): AsyncGenerator<Uint8Array> {
  for (let at = 0, length; at < bytes.length; at += length) yield bytes.subarray(at, at + (length = 1 + random.below(2000)));
}

it('gives sound or BAD_MEDIA', async () => {
  const random = new Random(seed);
  const end = performance.now() + minutes * 60_000;
  let [runs, refused] = [0, 0];
  for (; runs < RUNS || performance.now() < end; runs++) {
    const bytes = mutate(seeds[random.below(seeds.length)]!, random);
    const failed = (what: string, cause?: unknown) => new Error(`run ${runs} of seed ${seed}: ${what}: ${Buffer.from(bytes).toString('base64')}`, { cause });
    const start = process.cpuUsage();
    let sound = 0; // seconds
    try {
      for await (const { sampleRate, channels } of decodeMpeg(pieces(bytes, random))) {
        sound += channels[0]!.length / sampleRate;
        if (!channels.every((plane) => plane.every(Number.isFinite))) throw failed('a sample is not finite');
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'BAD_MEDIA') throw failed('not an error of ours', error);
      refused++;
    }
    if (sound > LONGEST) throw failed(`${sound} s of sound`);
    if (exceeds(process.cpuUsage(start).user / 1e6, SECONDS)) throw failed(`took more than ${SECONDS} s`);
  }
  if (minutes > 0) console.log(`${runs} streams, ${refused} refused, seed ${seed}`);
  expect(refused).toBeGreaterThan(runs / 10);
  expect(refused).toBeLessThan(runs);
}, (minutes + 1) * 60_000);
