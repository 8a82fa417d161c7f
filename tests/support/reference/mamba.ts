/** The Mamba-1 mixer in doubles, step by step: Gu & Dao 2023, algorithm 2 and figure 3. */
import { columns, convSilu, product, silu, softplus, type ReferenceWeights, type Rows } from './matrix';

/** SiLU(z) * (scan + D x) for one direction; `own` is '' or '_b'. */
function direction(x: Rows, z: Rows, w: ReferenceWeights, own: string): Rows {
  const tensor = (key: string) => w.get(key)!;
  const [E, N] = tensor(`A${own}_log`).shape as [number, number];
  const R = tensor(`dt_proj${own}.weight`).shape[1]!;
  const u = convSilu(x, tensor(`conv1d${own}.weight`), tensor(`conv1d${own}.bias`).data);
  const projected = product(u, tensor(`x_proj${own}.weight`));
  const steps = product(columns(projected, 0, R), tensor(`dt_proj${own}.weight`));
  const h = Array.from({ length: E }, () => new Array<number>(N).fill(0));
  return u.map((row, t) => {
    const B = projected[t]!.slice(R, R + N);
    const C = projected[t]!.slice(R + N);
    return row.map((value, e) => {
      const delta = softplus(steps[t]![e]! + tensor(`dt_proj${own}.bias`).data[e]!);
      let y = tensor(`D${own}`).data[e]! * value;
      for (let n = 0; n < N; n++) {
        const A = -Math.exp(tensor(`A${own}_log`).data[e * N + n]!);
        h[e]![n] = Math.exp(delta * A) * h[e]![n]! + delta * B[n]! * value;
        y += C[n]! * h[e]![n]!;
      }
      return y * silu(z[t]![e]!);
    });
  });
}

/** u [L][D] -> [L][D] */
export function mambaReference(u: Rows, w: ReferenceWeights): Rows {
  const E = w.get('A_log')!.shape[0]!;
  const xz = product(u, w.get('in_proj.weight')!);
  return product(direction(columns(xz, 0, E), columns(xz, E, E), w, ''), w.get('out_proj.weight')!);
}

/** Vim's bimamba v2: the backward direction reads the reversed sequence, its result is turned back, then both add up. */
export function bidirectionalMambaReference(u: Rows, w: ReferenceWeights, divide: boolean): Rows {
  const E = w.get('A_log')!.shape[0]!;
  const xz = product(u, w.get('in_proj.weight')!);
  const [x, z] = [columns(xz, 0, E), columns(xz, E, E)];
  const forward = direction(x, z, w, '');
  const backward = direction(x.toReversed(), z.toReversed(), w, '_b').toReversed();
  const sum = forward.map((row, t) => row.map((value, e) => (value + backward[t]![e]!) * (divide ? 0.5 : 1)));
  return product(sum, w.get('out_proj.weight')!);
}
