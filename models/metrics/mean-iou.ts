/** Mean intersection over union of classes, pixels pooled over all images. */
import { ModelError } from '../errors';

export class ClassConfusion {
  /** [truth, predicted] pixel counts */
  readonly counts: Float64Array;

  constructor(readonly classes: number) {
    this.counts = new Float64Array(classes * classes);
  }

  /** Class maps of one image; pixels whose truth is `ignore` are left out. */
  add(predicted: ArrayLike<number>, truth: ArrayLike<number>, ignore?: number): void {
    if (predicted.length !== truth.length) {
      throw new ModelError('BAD_INPUT', `class maps of one size were expected, ${predicted.length} and ${truth.length} pixels came`);
    }
    for (let i = 0; i < truth.length; i++) {
      const [t, p] = [truth[i]!, predicted[i]!];
      if (t === ignore) continue;
      if (t >= this.classes || p >= this.classes) {
        throw new ModelError('BAD_INPUT', `classes below ${this.classes} were expected, ${Math.max(t, p)} came`);
      }
      this.counts[t * this.classes + p]!++;
    }
  }

  /** One value a class; undefined where the class occurs neither in the truth nor in the prediction. */
  iou(): (number | undefined)[] {
    const { classes, counts } = this;
    return Array.from({ length: classes }, (_, c) => {
      let union = -counts[c * classes + c]!;
      for (let other = 0; other < classes; other++) union += counts[c * classes + other]! + counts[other * classes + c]!;
      return union === 0 ? undefined : counts[c * classes + c]! / union;
    });
  }

  /** Share of the pixels whose class is right; NaN where no pixel was added. */
  accuracy(): number {
    const right = Array.from({ length: this.classes }, (_, c) => this.counts[c * this.classes + c]!);
    const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
    return sum(right) / sum(this.counts);
  }

  /** Over the classes that occur; NaN where no pixel was added. */
  meanIou(): number {
    const present = this.iou().filter((value) => value !== undefined);
    return present.reduce((sum, value) => sum + value, 0) / present.length;
  }
}
