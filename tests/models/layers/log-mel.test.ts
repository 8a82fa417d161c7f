import { expect, it } from 'vitest';
import { GraphBuilder } from '../../../models/graph/graph-builder';
import { logMel } from '../../../models/layers/log-mel';
import { maxDifference, openGraph } from '../../support/graph-runner';
import { Random } from '../../support/random';

/** float32 sums of 400 products; the logarithm of a quiet band beside a loud one shows most of it */
const TOLERANCE = 1e-4;

const settings = { sampleRate: 16_000, window: 400, hop: 160, fft: 512, bands: 80, low: 20, high: 7600, floor: 1e-5 };

/** The definition, in doubles: Hann window, Fourier transform, power, triangles between neighbouring mel edges, logarithm. */
function reference(samples: Float32Array): number[] {
  const { sampleRate, window, hop, fft, bands, low, high, floor } = settings;
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const edges = Array.from({ length: bands + 2 }, (_, i) => 700 * (10 ** ((mel(low) + ((mel(high) - mel(low)) * i) / (bands + 1)) / 2595) - 1));
  const frames: number[] = [];
  for (let start = 0; start + window <= samples.length; start += hop) {
    const power = Array.from({ length: fft / 2 + 1 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let t = 0; t < window; t++) {
        const x = samples[start + t]! * Math.sin((Math.PI * t) / window) ** 2;
        re += x * Math.cos((2 * Math.PI * k * t) / fft);
        im -= x * Math.sin((2 * Math.PI * k * t) / fft);
      }
      return re * re + im * im;
    });
    for (let band = 0; band < bands; band++) {
      const [left, centre, right] = edges.slice(band, band + 3) as [number, number, number];
      const energy = power.reduce((sum, p, k) => {
        const hertz = (k * sampleRate) / fft;
        if (hertz <= left || hertz >= right) return sum;
        return sum + p * (hertz < centre ? (hertz - left) / (centre - left) : (right - hertz) / (right - centre));
      }, 0);
      frames.push(Math.log(energy + floor));
    }
  }
  return frames;
}

it('is the definition, for speech-like levels and for silence', async () => {
  const random = new Random(9);
  const samples = random.array(400 + 5 * 160, -0.01, 0.01).map((x, t) => (t < 700 ? x + 0.5 * Math.sin((2 * Math.PI * 440 * t) / 16_000) : x));
  samples.fill(0, 1000); // the last frame is nearly silent
  const g = new GraphBuilder('log-mel');
  g.output('mel', logMel(g, g.input('samples', [1, 'samples']), settings), [1, 'frames', 80]);
  const { mel } = await (await openGraph(g.toModel(), 'portable'))({ samples: { dims: [1, samples.length], data: samples } });
  expect(mel!.dims).toEqual([1, 6, 80]);
  expect(maxDifference(mel!.data, reference(samples))).toBeLessThan(TOLERANCE);
});
