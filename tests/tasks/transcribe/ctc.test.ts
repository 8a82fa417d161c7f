import { describe, expect, it } from 'vitest';
import { GreedyDecoder, type CtcDecoder, type CtcToken } from '../../../models/tasks/transcribe/ctc';
import { BeamDecoder } from '../../../models/tasks/transcribe/ctc-beam';
import type { LogProbs } from '../../../models/tasks/transcribe/streaming';
import { Random } from '../../support/random';

const A = 1;
const B = 2;

/** Rows of probabilities -> natural logarithms. */
function frames(rows: number[][]): LogProbs {
  return { data: Float32Array.from(rows.flat(), Math.log), frames: rows.length, vocabulary: rows[0]!.length };
}

function decode(decoder: CtcDecoder, ...blocks: LogProbs[]): CtcToken[] {
  return [...blocks.flatMap((block) => decoder.push(block)), ...decoder.finish()];
}

function randomRows(count: number, vocabulary: number, seed: number): number[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const row = Array.from({ length: vocabulary }, () => random.next() ** 3);
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
}

const blankRow = [0.9, 0.05, 0.05];
const aRow = [0.1, 0.8, 0.1];
const bRow = [0.2, 0.1, 0.7];

describe('GreedyDecoder', () => {
  it('merges repeats, drops blanks, keeps what a blank parts', () => {
    const tokens = decode(new GreedyDecoder(0), frames([blankRow, aRow, [0.05, 0.9, 0.05], blankRow, aRow, bRow]));
    expect(tokens.map(({ symbol, start, end }) => [symbol, start, end])).toEqual([[A, 1, 3], [A, 4, 5], [B, 5, 6]]);
    expect(tokens.map(({ confidence }) => confidence)).toEqual([0.9, 0.8, 0.7].map((value) => expect.closeTo(value, 6)));
  });

  it('gives nothing for blanks and for no frames', () => {
    expect(decode(new GreedyDecoder(0), frames([blankRow, blankRow]))).toEqual([]);
    expect(decode(new GreedyDecoder(0))).toEqual([]);
  });
});

describe.each([
  ['greedy', () => new GreedyDecoder(0)],
  ['beam', () => new BeamDecoder({ blank: 0, width: 8 })],
] as [string, () => CtcDecoder][])('%s: blocks do not matter', (_, decoder) => {
  it.each([1, 2, 7, 40])('blocks of %i frames', (length) => {
    const rows = randomRows(97, 6, 3);
    const blocks: LogProbs[] = [];
    for (let at = 0; at < rows.length; at += length) blocks.push(frames(rows.slice(at, at + length)));
    expect(decode(decoder(), ...blocks)).toEqual(decode(decoder(), frames(rows)));
    expect(decode(decoder(), frames(rows)).length).toBeGreaterThan(10);
  });
});

describe('BeamDecoder', () => {
  it('prefers the text with the higher sum over alignments', () => {
    // best path: blank, blank (0.36); but A has A-, -A and AA: 0.24 + 0.24 + 0.16 = 0.64
    const rows = [[0.6, 0.4, 0], [0.6, 0.4, 0]];
    expect(decode(new GreedyDecoder(0), frames(rows))).toEqual([]);
    expect(decode(new BeamDecoder({ blank: 0, width: 4 }), frames(rows)).map(({ symbol }) => symbol)).toEqual([A]);
  });

  it('finds the most probable text of all, by enumeration', () => {
    for (let seed = 0; seed < 30; seed++) {
      const rows = randomRows(6, 3, seed);
      const sums = new Map<string, number>();
      for (let path = 0; path < 3 ** 6; path++) {
        const symbols = rows.map((_, i) => Math.floor(path / 3 ** i) % 3);
        const text = symbols.filter((symbol, i) => symbol !== 0 && symbol !== symbols[i - 1]).join('');
        sums.set(text, (sums.get(text) ?? 0) + symbols.reduce((product, symbol, i) => product * rows[i]![symbol]!, 1));
      }
      const best = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
      expect(decode(new BeamDecoder({ blank: 0, width: 64 }), frames(rows)).map(({ symbol }) => symbol).join(''), `seed ${seed}`).toBe(best);
    }
  });

  it('places the symbols where the greedy decoder does when all is clear', () => {
    const rows = [blankRow, aRow, aRow, blankRow, blankRow, bRow, blankRow, bRow];
    const sharp = rows.map((row) => row.map((value) => (value === Math.max(...row) ? 0.98 : 0.01)));
    expect(decode(new BeamDecoder({ blank: 0, width: 4 }), frames(sharp))).toEqual(decode(new GreedyDecoder(0), frames(sharp)));
  });

  it('a scorer turns an even choice', () => {
    const rows = [[0.02, 0.5, 0.48]];
    const scorer = { start: 0, extend: (count: number, symbol: number) => ({ state: count + 1, score: symbol === B ? 1 : 0 }) };
    expect(decode(new BeamDecoder({ blank: 0, width: 4 }), frames(rows))[0]!.symbol).toBe(A);
    expect(decode(new BeamDecoder({ blank: 0, width: 4, scorer }), frames(rows))[0]!.symbol).toBe(B);
  });
});
