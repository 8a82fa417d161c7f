import { openAudio } from '../../main/inference/worker/media/audio';

/** The sweep of tests/fixtures/audio at `rate` Hz. */
export function sweep(seconds: number, rate = 16000): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => 0.4 * Math.sin(2 * Math.PI * (200 * (i / rate) + 300 * (i / rate) ** 2)));
}

export async function decode(path: string): Promise<Float32Array> {
  const blocks: Float32Array[] = [];
  for await (const block of await openAudio({ path })) blocks.push(block);
  return join(blocks);
}

export function join(blocks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}

/** Signal to noise in dB over [from, to), where `expected` is the signal. One sample of delay at 800 Hz already costs all but 10 dB. */
export function signalToNoise(got: Float32Array, expected: Float32Array, from = 0, to = expected.length): number {
  let signal = 0;
  let noise = 0;
  for (let i = from; i < to; i++) {
    signal += expected[i]! ** 2;
    noise += ((got[i] ?? 0) - expected[i]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
