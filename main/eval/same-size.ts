import { AppError } from '../contract/errors';
import type { LabelMap } from './label-file';

/** Throws BAD_INPUT where a mask is not of the size of what was found on its image. */
export function sameSize(file: string, truth: LabelMap, found: LabelMap): void {
  if (found.width === truth.width && found.height === truth.height) return;
  throw new AppError('BAD_INPUT', `${file} is ${truth.width} x ${truth.height} pixels, its image ${found.width} x ${found.height}`, 'A mask must have the size of its image.');
}
