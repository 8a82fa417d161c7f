/** [planes, height, width] with left and right changed over */
export function mirrored(values: Float32Array, width: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += width) {
    for (let x = 0; x < width; x++) result[row + x] = values[row + width - 1 - x]!;
  }
  return result;
}
