/** Probabilities that mean what they say: logistic regression and the expected calibration error. */

const RIDGE = 1e-3; // keeps the weights finite where the classes can be parted
const ROUNDS = 30; // of Newton's method

/** Weights w that maximise the likelihood of `outcomes` under p = 1 / (1 + exp(-w x)); rows of equal length. Zeros without rows. */
export function fitLogistic(rows: readonly (readonly number[])[], outcomes: readonly boolean[]): number[] {
  const size = rows[0]?.length ?? 0;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const hessian = weights.map((_, i) => weights.map((__, j) => (i === j ? RIDGE : 0)));
    rows.forEach((row, n) => {
      const p = 1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * weights[i]!, 0)));
      for (let i = 0; i < size; i++) {
        gradient[i]! += ((outcomes[n] ? 1 : 0) - p) * row[i]!;
        for (let j = 0; j < size; j++) hessian[i]![j]! += p * (1 - p) * row[i]! * row[j]!;
      }
    });
    const step = solve(hessian, gradient);
    step.forEach((value, i) => (weights[i]! += value));
    if (Math.max(0, ...step.map(Math.abs)) < 1e-9) break;
  }
  return weights;
}

/** Mean distance of confidence and accuracy over `bins` equally wide bins, weighted by their filling (Naeini et al., 2015). 0 without outcomes. */
export function expectedCalibrationError(confidences: readonly number[], outcomes: readonly boolean[], bins = 10): number {
  const difference = new Array<number>(bins).fill(0);
  confidences.forEach((confidence, i) => (difference[Math.min(bins - 1, Math.floor(confidence * bins))]! += confidence - (outcomes[i] ? 1 : 0)));
  return confidences.length === 0 ? 0 : difference.reduce((sum, value) => sum + Math.abs(value), 0) / confidences.length;
}

/** Gaussian elimination with pivots; `matrix` is positive definite. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= size; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
