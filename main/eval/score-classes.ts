import { bootstrapInterval } from '../../models/metrics/bootstrap';
import { ClassConfusion } from '../../models/metrics/mean-iou';
import type { SemanticSection } from '../../models/cards/card';
import type { Estimate } from './estimate';
import type { ImageItem } from './image-data';
import { readLabelFile } from './label-file';
import { sameSize } from './same-size';

/** What one image contributes. */
export interface ClassCounts {
  set: string;
  confusion: ClassConfusion;
}

export interface ClassScore {
  set: string;
  images: number;
  meanIou: Estimate; // over the classes that occur, all pixels together
  accuracy: Estimate; // share of the pixels whose class is right
  classes: { name: string; iou: number | null }[]; // null: occurs neither in the truth nor in what was found
}

/** Names by the numbers of label PNGs: with `background` a class has its own number, without, one more, and 0 is not counted. */
function numbered({ classes, background }: SemanticSection): { names: string[]; ignore: number | undefined } {
  const names = classes.map(({ name }) => name);
  return background ? { names, ignore: undefined } : { names: ['', ...names], ignore: 0 };
}

/** `file`: the label PNG of the prediction; without one, nothing was found. Throws BAD_INPUT for another size, and for a number that is no class. */
export function classCounter(section: SemanticSection): (item: ImageItem, file: string | undefined) => Promise<ClassCounts> {
  const { names, ignore } = numbered(section);
  return async ({ set, truth: { path } }, file) => {
    const truth = await readLabelFile(path);
    const found = file === undefined ? { ...truth, labels: new Uint32Array(truth.labels.length) } : await readLabelFile(file);
    sameSize(path, truth, found);
    const confusion = new ClassConfusion(names.length);
    confusion.add(found.labels, truth.labels, ignore);
    return { set, confusion };
  };
}

/** At least one image. The intervals are bootstrapped over images. */
export function classScorer(section: SemanticSection): (set: string, images: readonly ClassCounts[]) => ClassScore {
  const { names, ignore } = numbered(section);
  const together = (chosen: readonly ClassCounts[]) => {
    const total = new ClassConfusion(names.length);
    for (const { confusion } of chosen) confusion.counts.forEach((count, cell) => (total.counts[cell]! += count));
    return total;
  };
  return (set, images) => {
    const estimate = (statistic: (total: ClassConfusion) => number): Estimate => ({
      value: statistic(together(images)),
      ...bootstrapInterval(images.length, (indices) => statistic(together(Array.from(indices, (i) => images[i]!)))),
    });
    const iou = together(images).iou();
    return {
      set,
      images: images.length,
      meanIou: estimate((total) => total.meanIou()),
      accuracy: estimate((total) => total.accuracy()),
      classes: names.map((name, i) => ({ name, iou: iou[i] ?? null })).filter((_, i) => i !== ignore),
    };
  };
}
