/** Of each sample of a resized axis the two old samples that it lies between; value = old[from] (1 - share) + old[to] share. */
export interface AxisWeights {
  from: Int32Array;
  to: Int32Array;
  share: Float32Array;
}

/** Bilinear with pixels as squares: corners not aligned, the outermost samples continued. */
export function axisWeights(oldSize: number, newSize: number): AxisWeights {
  const weights = { from: new Int32Array(newSize), to: new Int32Array(newSize), share: new Float32Array(newSize) };
  for (let i = 0; i < newSize; i++) {
    const place = Math.min(Math.max(((i + 0.5) * oldSize) / newSize - 0.5, 0), oldSize - 1);
    const from = Math.floor(place);
    weights.from[i] = from;
    weights.to[i] = Math.min(from + 1, oldSize - 1);
    weights.share[i] = place - from;
  }
  return weights;
}
