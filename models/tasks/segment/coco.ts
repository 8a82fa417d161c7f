import { contours } from './contours';
import type { Labelled } from './labelled';
import type { LabelImage } from './raster';
import { compressRuns, runLengths } from './rle';

export type CocoShape = 'runs' | 'polygons';

/**
 * COCO JSON of one image and its instances, as compressed run lengths, or as polygons where asked for: an instance with holes stays run lengths, since COCO's
 * polygons have none. `iscrowd` is 0: each annotation is one object, and COCO's evaluation and training code leaves annotations with 1 (unseparated groups) out;
 * readers tell run lengths from polygons by the type of `segmentation`. Category n is element n - 1 of `categories`.
 */
export function cocoJson(fileName: string, image: LabelImage, instances: readonly Labelled[], categories: readonly string[], shape: CocoShape = 'runs'): string {
  const { width, height } = image;
  return JSON.stringify({
    images: [{ id: 1, file_name: fileName, width, height }],
    categories: categories.map((name, i) => ({ id: i + 1, name })),
    annotations: instances.map((instance) => ({
      id: instance.label,
      image_id: 1,
      category_id: (instance.class ?? 0) + 1,
      segmentation: (shape === 'polygons' && polygonsOf(image, instance)) || runsOf(image, instance),
      area: instance.area,
      bbox: [instance.box.x, instance.box.y, instance.box.width, instance.box.height],
      iscrowd: 0,
      ...(instance.probability !== undefined && { score: instance.probability }),
    })),
  });
}

function runsOf(image: LabelImage, { label, box }: Labelled) {
  return { size: [image.height, image.width], counts: compressRuns(runLengths(image, label, box)) };
}

/** [x0, y0, x1, y1, ...] for each part; undefined where one has a hole. */
function polygonsOf(image: LabelImage, { label, box }: Labelled): number[][] | undefined {
  const polygons = contours(image, label, box);
  return polygons.every(({ holes }) => holes.length === 0) ? polygons.map(({ outer }) => outer.flat()) : undefined;
}
