/** The Mamba-2 mixer in doubles, step by step: Dao & Gu 2024, section 7. One group. */
import { columns, convSilu, product, rmsNorm, silu, softplus, type ReferenceWeights, type Rows } from './matrix';

function sizes(w: ReferenceWeights) {
  const E = w.get('norm.weight')!.shape[0]!;
  const H = w.get('A_log')!.shape[0]!;
  const N = (w.get('conv1d.weight')!.shape[0]! - E) / 2;
  return { E, H, N, P: E / H };
}

/** C h + D x for one direction; `own` is '' or '_b'. */
function direction(xBC: Rows, dt: Rows, w: ReferenceWeights, own: string): Rows {
  const { E, N, P } = sizes(w);
  const tensor = (key: string) => w.get(key)!.data;
  const convolved = convSilu(xBC, w.get(`conv1d${own}.weight`)!, tensor(`conv1d${own}.bias`));
  const h = Array.from({ length: E }, () => new Array<number>(N).fill(0)); // [H * P][N]
  return convolved.map((row, t) => {
    const B = row.slice(E, E + N);
    const C = row.slice(E + N);
    return row.slice(0, E).map((x, e) => {
      const head = Math.floor(e / P);
      const step = softplus(dt[t]![head]! + tensor(`dt_bias${own}`)[head]!);
      const decay = Math.exp(-step * Math.exp(tensor(`A${own}_log`)[head]!));
      let y = tensor(`D${own}`)[head]! * x;
      for (let n = 0; n < N; n++) {
        h[e]![n] = decay * h[e]![n]! + step * B[n]! * x;
        y += C[n]! * h[e]![n]!;
      }
      return y;
    });
  });
}

/** u [L][D] -> [L][D], in both directions where the weights have a backward one */
export function mamba2Reference(u: Rows, w: ReferenceWeights): Rows {
  const { E, H, N } = sizes(w);
  const projected = product(u, w.get('in_proj.weight')!);
  const z = columns(projected, 0, E);
  const xBC = columns(projected, E, E + 2 * N);
  const dt = columns(projected, 2 * E + 2 * N, H);
  let y = direction(xBC, dt, w, '');
  if (w.has('A_b_log')) {
    const backward = direction(xBC.toReversed(), dt.toReversed(), w, '_b').toReversed();
    y = y.map((row, t) => row.map((value, e) => value + backward[t]![e]!));
  }
  const gated = y.map((row, t) => rmsNorm(row.map((value, e) => value * silu(z[t]![e]!)), w.get('norm.weight')!.data));
  return product(gated, w.get('out_proj.weight')!);
}
