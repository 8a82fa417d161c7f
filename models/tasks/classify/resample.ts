/**
 * Changes the size of 8-bit pictures the way Pillow does, which is how published classifiers saw theirs: a separable filter that widens when the
 * picture shrinks, columns first, each pass in fixed point and rounded to 8 bits. Bit for bit the same.
 */
const PRECISION_BITS = 22; // 32 less the 8 of a sample, less 2 for sums above 255

export type Filter = 'bicubic' | 'bilinear';

const FILTERS: Record<Filter, { support: number; weight(x: number): number }> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x), -0.5) },
};

/** Keys 1981, "Cubic convolution interpolation for digital image processing". */
function cubic(x: number, a: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** For the samples `from`.. of an axis that goes from `size` to `wanted` samples: the first source of each, and the weights of its sources. */
interface Taps {
  first: Int32Array;
  weights: Int32Array[];
}

function taps(size: number, wanted: number, from: number, count: number, filter: Filter): Taps {
  const { support, weight } = FILTERS[filter];
  const scale = size / wanted;
  const widened = Math.max(scale, 1);
  const first = new Int32Array(count);
  const weights = Array.from({ length: count }, (_, i) => {
    const center = (from + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support * widened + 0.5));
    const high = Math.min(size, Math.trunc(center + support * widened + 0.5));
    const exact = Float64Array.from({ length: high - low }, (__, t) => weight((low + t - center + 0.5) / widened));
    const sum = exact.reduce((a, b) => a + b, 0);
    first[i] = low;
    return Int32Array.from(exact, (value) => Math.trunc((value / sum) * 2 ** PRECISION_BITS + (value < 0 ? -0.5 : 0.5)));
  });
  return { first, weights };
}

export interface Pixels {
  width: number;
  height: number;
  channels: number;
  data: Uint8Array; // height * width * channels
}

export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The part `window` of `image` after its sides have become `width` and `height`. */
export function resampled(image: Pixels, { width, height }: { width: number; height: number }, window: Window, filter: Filter): Pixels {
  const { channels } = image;
  const across = taps(image.width, width, window.left, window.width, filter);
  const down = taps(image.height, height, window.top, window.height, filter);
  const [top, bottom] = [down.first[0]!, down.first.at(-1)! + down.weights.at(-1)!.length];
  const rows = new Uint8Array((bottom - top) * window.width * channels);
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < window.width; x++) {
      const source = (y * image.width + across.first[x]!) * channels;
      const target = ((y - top) * window.width + x) * channels;
      for (let c = 0; c < channels; c++) rows[target + c] = weighted(image.data, source + c, channels, across.weights[x]!);
    }
  }
  const stride = window.width * channels;
  const data = new Uint8Array(window.height * stride);
  for (let y = 0; y < window.height; y++) {
    const source = (down.first[y]! - top) * stride;
    for (let x = 0; x < stride; x++) data[y * stride + x] = weighted(rows, source + x, stride, down.weights[y]!);
  }
  return { width: window.width, height: window.height, channels, data };
}

function weighted(data: Uint8Array, at: number, step: number, weights: Int32Array): number {
  let sum = 2 ** (PRECISION_BITS - 1);
  for (let t = 0, i = at; t < weights.length; t++, i += step) sum += data[i]! * weights[t]!;
  return Math.min(255, Math.max(0, Math.floor(sum / 2 ** PRECISION_BITS)));
}
