/** Runs a model that separates speakers on a recording of any length. */
import type { WindowLayout } from '../../architectures';
import type { Run } from '../enhance/stream';
import { HeardWindows } from '../sound/heard-windows';

/** Gives pieces of each speaker, in one order through the whole recording as far as neighbouring windows tell. */
export function separatorOf(run: Run, layout: Omit<WindowLayout, 'calls'>): HeardWindows {
  const hear = async (window: Float32Array) => {
    const { dims, data } = (await run({ pcm: { type: 'float32', dims: [1, window.length], data: window } }))['separated']!;
    return Array.from({ length: dims[0]! }, (_, speaker) => data.slice(speaker * window.length, (speaker + 1) * window.length));
  };
  return new HeardWindows(hear, layout, sameSpeakers);
}

/** A model gives its two speakers in any order: the one whose sound fits best to `before`, of what both windows heard. */
export function sameSpeakers(answer: Float32Array[], before: readonly Float32Array[]): Float32Array[] {
  const [first, second] = answer as [Float32Array, Float32Array];
  const [one, other] = before as [Float32Array, Float32Array];
  return distance(first, one) + distance(second, other) <= distance(second, one) + distance(first, other) ? answer : [second, first];
}

/** Sum of squared differences, over the length of `b`. */
function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [i, value] of b.entries()) sum += (a[i]! - value) ** 2;
  return sum;
}
