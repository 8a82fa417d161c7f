/** cos(k pi / 18) */
const [, C1, C2, C3, C4, C5, , C7, C8] = Array.from({ length: 9 }, (_, k) => Math.cos((k * Math.PI) / 18)) as [number, number, number, number, number, number, number, number, number];

/** X[m] = sum over j < 9 of x[j] cos(pi j (2 m + 1) / 18): of even j it is the same at m and at 8 - m, of odd j the opposite. */
export function cosineTransform9(x: Float64Array, X: Float64Array): void {
  const [x2, x4, x8] = [x[2]!, x[4]!, x[8]!];
  const apart = x[0]! - x[6]!;
  const near = x[0]! + x[6]! / 2;
  const middle = x2 - x4 - x8;
  const even0 = near + x2 * C2 + x4 * C4 + x8 * C8;
  const even1 = apart + middle / 2;
  const even2 = near - x2 * C8 - x4 * C2 + x8 * C4;
  const even3 = near - x2 * C4 + x4 * C8 - x8 * C2;

  const [x1, x5, x7] = [x[1]!, x[5]!, x[7]!];
  const third = x[3]! * C3;
  const odd0 = third + x1 * C1 + x5 * C5 + x7 * C7;
  const odd1 = (x1 - x5 - x7) * C3;
  const odd2 = -third + x1 * C5 - x5 * C7 + x7 * C1;
  const odd3 = -third + x1 * C7 + x5 * C1 - x7 * C5;

  X[0] = even0 + odd0;
  X[1] = even1 + odd1;
  X[2] = even2 + odd2;
  X[3] = even3 + odd3;
  X[4] = apart - middle;
  X[5] = even3 - odd3;
  X[6] = even2 - odd2;
  X[7] = even1 - odd1;
  X[8] = even0 - odd0;
}
