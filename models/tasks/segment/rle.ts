import type { Box } from './measure';
import type { LabelImage } from './raster';

/**
 * COCO's run lengths of one instance: the image is read column by column, the runs alternate between outside and inside, outside first.
 * Only the instance's box is visited.
 */
export function runLengths({ width, height, labels }: LabelImage, label: number, box: Box): number[] {
  const runs: number[] = [];
  let begun = 0; // position where the current run began
  let inside = false;
  const turn = (position: number) => {
    runs.push(position - begun);
    begun = position;
    inside = !inside;
  };
  for (let x = box.x; x < box.x + box.width; x++) {
    for (let y = box.y; y < box.y + box.height; y++) {
      if ((labels[y * width + x] === label) !== inside) turn(x * height + y);
    }
    if (inside && box.height < height) turn(x * height + box.y + box.height);
  }
  if (begun < width * height) runs.push(width * height - begun);
  return runs;
}

/**
 * The string that COCO's tools write for run lengths: from the fourth run on the difference to the run before the last, each number in
 * groups of five bits, low ones first, with a sixth bit that announces more, plus 48 as a character.
 */
export function compressRuns(runs: readonly number[]): string {
  let text = '';
  runs.forEach((run, i) => {
    let rest = i > 2 ? run - runs[i - 2]! : run;
    for (let more = true; more; ) {
      const group = rest & 31;
      rest >>= 5;
      more = group & 16 ? rest !== -1 : rest !== 0;
      text += String.fromCharCode(48 + group + (more ? 32 : 0));
    }
  });
  return text;
}
