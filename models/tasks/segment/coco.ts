import type { Instance } from './measure';
import type { LabelImage } from './raster';
import { compressRuns, runLengths } from './rle';

/**
 * COCO JSON of one image and its instances, as compressed run lengths. `iscrowd` is 0: each annotation is one object, and COCO's evaluation and
 * training code leaves annotations with 1 (unseparated groups) out; readers tell run lengths from polygons by the type of `segmentation`.
 */
export function cocoJson(fileName: string, image: LabelImage, instances: readonly Instance[], category: string): string {
  const { width, height } = image;
  return JSON.stringify({
    images: [{ id: 1, file_name: fileName, width, height }],
    categories: [{ id: 1, name: category }],
    annotations: instances.map(({ label, area, box }) => ({
      id: label,
      image_id: 1,
      category_id: 1,
      segmentation: { size: [height, width], counts: compressRuns(runLengths(image, label, box)) },
      area,
      bbox: [box.x, box.y, box.width, box.height],
      iscrowd: 0,
    })),
  });
}
