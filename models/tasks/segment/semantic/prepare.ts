/** From a picture to a network's input, as the card's section scene asks for it. */
import type { SceneSection } from '../../../cards/card';
import { resampled } from '../../classify/resample';
import type { Raster } from '../raster';
import { fittedSize, sceneInput, type Size } from './scene';

const TOP = 255;
const LUMINANCE = [0.299, 0.587, 0.114]; // ITU-R BT.601
const AS_THEY_ARE = { mean: [0, 0, 0] as const, std: [1, 1, 1] as const };

/** The size at which the picture is read. */
export function sceneSize(image: Size, scene: SceneSection): Size {
  if (scene.kind === 'square') return { height: scene.side, width: scene.side };
  if (scene.kind !== 'own') return fittedSize(image, scene);
  const scale = Math.max(1, scene.window.side / Math.min(image.height, image.width));
  return { height: Math.round(image.height * scale), width: Math.round(image.width * scale) };
}

/** [colours, height, width] of a picture for a network that takes 1 or 3 colours. */
export function preparedScene(image: Raster, size: Size, scene: SceneSection, colours: 1 | 3): Float32Array {
  if (scene.kind === 'square') return stretched(inColours(smoothed(image, size), colours));
  if (scene.kind === 'own') return standardized(inColours(sceneInput(image, size, AS_THEY_ARE.mean, AS_THEY_ARE.std), colours), colours);
  return inColours(scene.smooth ? normalized(smoothed(image, size), scene.mean, scene.std) : sceneInput(image, size, scene.mean, scene.std), colours);
}

/** [3, height, width] of 8-bit samples, bilinear, smoothed where the picture becomes smaller */
function smoothed(image: Raster, size: Size): Float32Array {
  const to8Bits = TOP / (2 ** image.bitDepth - 1);
  const bytes = image.data instanceof Uint8Array ? image.data : Uint8Array.from(image.data, (sample) => Math.round(sample * to8Bits));
  const { data, channels } = resampled({ ...image, data: bytes }, size, { left: 0, top: 0, ...size }, 'bilinear');
  const plane = size.height * size.width;
  return Float32Array.from({ length: 3 * plane }, (_, i) => data[(i % plane) * channels + (channels === 1 ? 0 : Math.floor(i / plane))]!);
}

/** (x - mean) / std of each colour, [3, height, width] */
function normalized(values: Float32Array, mean: readonly number[], std: readonly number[]): Float32Array {
  const plane = values.length / 3;
  return values.map((value, i) => (value - mean[Math.floor(i / plane)]!) / std[Math.floor(i / plane)]!);
}

function inColours(input: Float32Array, colours: 1 | 3): Float32Array {
  if (colours === 3) return input;
  const plane = input.length / 3;
  return Float32Array.from({ length: plane }, (_, i) => LUMINANCE.reduce((sum, weight, c) => sum + weight * input[c * plane + i]!, 0));
}

/** The smallest value becomes 0, the largest 255; a picture of one value 0. */
function stretched(values: Float32Array): Float32Array {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)] as [number, number], [Infinity, -Infinity]);
  const scale = high > low ? TOP / (high - low) : 0;
  return values.map((value) => (value - low) * scale);
}

/** Each colour less its mean, over its standard deviation. */
function standardized(values: Float32Array, colours: number): Float32Array {
  const plane = values.length / colours;
  for (let c = 0; c < colours; c++) {
    const part = values.subarray(c * plane, (c + 1) * plane);
    const mean = part.reduce((sum, value) => sum + value, 0) / plane;
    const deviation = Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane);
    for (let i = 0; i < plane; i++) part[i] = (part[i]! - mean) / Math.max(deviation, 1e-8);
  }
  return values;
}
