/** Random shapes, most of them fitting: every instruction set and thread count equals the reference, or all refuse. Deterministic; a failure names its round. */
import { expect, it } from 'vitest';
import { loadNative, type NativeKernels, type Tensor } from '../../native-kernels/lib';
import { random } from './tensors';

const ROUNDS = 1500;
const SIZES = [0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33];
const HUGE = 1e38; // its square is none
const POISON = [Number.NaN, Infinity, -Infinity, HUGE, 1e-44];
/** float32 sums of up to 33 terms in another order, through exponentials */
const TOLERANCE = 1e-4;

/** Inputs by size letters (k = K - 1), after `required` optional; attributes that are flags. */
const OPERATORS = {
  selectiveScan: { required: 5, inputs: { u: 'BLD', delta: 'BLD', A: 'DN', B: 'BLGN', C: 'BLGN', D: 'D', z: 'BLD', delta_bias: 'D', h0: 'BDN' }, flags: ['delta_softplus', 'reverse'] },
  causalConv1d: { required: 2, inputs: { x: 'BLD', w: 'DK', bias: 'D', s0: 'BkD' }, flags: ['reverse'] },
  stateSpaceDual: { required: 5, inputs: { x: 'BLHP', dt: 'BLH', A: 'H', B: 'BLGN', C: 'BLGN', D: 'H', z: 'BLHP', dt_bias: 'H', h0: 'BHPN' }, flags: ['dt_softplus', 'reverse'] },
  selectiveScan2d: { required: 5, inputs: { u: 'BHWD', delta: 'B4HWD', A: '4DN', B: 'B4HWGN', C: 'B4HWGN', D: '4D', delta_bias: '4D' }, flags: ['delta_softplus'] },
  diagonalStateSpace: { required: 3, inputs: { x: 'BLD', A: 'GN2', C: 'DN2', B: 'ND2', D: 'D', h0: 'BGN2' }, flags: ['reverse'] },
  gatedRmsNorm: { required: 2, inputs: { x: 'BLD', weight: 'D', z: 'BLD' }, flags: ['norm_before_gate'] },
  wkv6: { required: 5, inputs: { r: 'BLHN', w: 'BLHN', k: 'BLHN', v: 'BLHN', u: 'HN', s0: 'BHNN' }, flags: ['reverse'] },
  wkv7: { required: 6, inputs: { r: 'BLHN', w: 'BLHN', k: 'BLHN', v: 'BLHN', kappa: 'BLHN', a: 'BLHN', s0: 'BHNN' }, flags: ['reverse'] },
} as const;

let state = 2026;
function below(count: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % count;
}
const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;

function randomCall(round: number) {
  const name = pick(Object.keys(OPERATORS) as (keyof NativeKernels['ops'])[]);
  const { required, inputs, flags } = OPERATORS[name];
  const size: Record<string, number> = Object.fromEntries([...'LDNHPKW'].map((letter) => [letter, pick(SIZES)]));
  Object.assign(size, { B: pick([0, 1, 2, 3]), G: pick([1, 1, 1, 2, 3]), k: Math.max(0, size.K! - 1), 2: 2, 4: 4 });
  const feeds: Record<string, Tensor> = {};
  for (const [i, [input, letters]] of Object.entries(inputs).entries()) {
    if (i >= required && below(2) === 0) continue;
    const pattern = size.G === 1 && below(2) === 0 ? letters.replace('G', '') : letters;
    const dims = [...pattern].map((letter) => (below(80) > 0 ? size[letter]! : pick(SIZES)));
    const tensor = random(dims, round * 16 + i);
    if (input === 'A') tensor.data = (tensor.data as Float32Array).map((value) => -Math.abs(value));
    if (input === 'kappa') tensor.data = (tensor.data as Float32Array).map((value) => value / 8); // longer ones would let a state grow
    if (below(12) === 0 && tensor.data.length > 0) tensor.data[below(tensor.data.length)] = pick(name === 'gatedRmsNorm' ? POISON.filter((value) => value !== HUGE) : POISON);
    feeds[input] = tensor;
  }
  return { name, feeds, attributes: Object.fromEntries(flags.map((flag) => [flag, below(2)])) };
}

/** Differences beyond the tolerance, counting values that are not finite as equal to each other. */
function worst(actual: Tensor, expected: Tensor): number {
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [Number(actual.data[i]), Number(expected.data[i])];
    if (!Number.isFinite(e) || Math.abs(e) > 1e30) continue;
    largest = Math.max(largest, Math.abs(e));
    difference = Math.max(difference, Number.isFinite(a) ? Math.abs(a - e) : Infinity);
  }
  return difference / largest;
}

it('operators survive any shapes and agree on them', () => {
  const native = loadNative();
  const simd = native.isas().filter((isa) => isa !== 'reference');
  let ran = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { name, feeds, attributes } = randomCall(round);
    const call = (isa: string, threads: number) => {
      try {
        return native.ops[name](feeds, attributes, { isa, threads }).outputs;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const expected = call('reference', 1);
    const isa = pick(simd);
    const actual = call(isa, 1 + below(3));
    if (typeof expected === 'string' || typeof actual === 'string') {
      expect([actual, expected], `round ${round}`).toEqual(['INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
      continue;
    }
    ran++;
    for (const [output, tensor] of Object.entries(expected)) expect(worst(actual[output]!, tensor), `round ${round}: ${name} ${output} on ${isa}`).toBeLessThan(TOLERANCE);
  }
  expect(ran).toBeGreaterThan(ROUNDS / 3);
});
