import { PixelList } from './pixel-list';
import type { Edit } from './patch';

/** Paints the 4-connected area of one label around pixel (x, y). */
export function flood(edit: Edit, x: number, y: number, label: number): void {
  const { labels, width, height } = edit.map;
  const from = edit.map.at(x, y);
  if (x < 0 || y < 0 || x >= width || y >= height || from === label) return;
  const waiting = new PixelList();
  waiting.push(y * width + x);
  while (waiting.length > 0) {
    const pixel = waiting.pop();
    if (labels[pixel] !== from) continue;
    const row = Math.floor(pixel / width);
    let left = pixel;
    let right = pixel;
    while (left > row * width && labels[left - 1] === from) left--;
    while (right < row * width + width - 1 && labels[right + 1] === from) right++;
    edit.paint(row, left - row * width, right - row * width, label);
    if (row > 0) enter(left - width, right - width);
    if (row < height - 1) enter(left + width, right + width);
  }

  /** The first pixel of each run to fill. */
  function enter(first: number, last: number): void {
    for (let pixel = first; pixel <= last; pixel++) {
      if (labels[pixel] === from && (pixel === first || labels[pixel - 1] !== from)) waiting.push(pixel);
    }
  }
}
