/** Edits of whole instances. */
import { boxOf } from './label-map';
import type { Edit } from './patch';

export function removeInstances(edit: Edit, labels: Iterable<number>): void {
  for (const label of labels) replaceAll(edit, label, 0);
}

/** The first of the labels takes the pixels of the others, and keeps its class. */
export function mergeInstances(edit: Edit, labels: readonly number[]): void {
  const [into, ...others] = labels;
  for (const label of others) replaceAll(edit, label, into!);
}

export function setClasses(edit: Edit, labels: Iterable<number>, index: number): void {
  for (const label of labels) if (edit.map.region(label).class !== index) edit.setClass(label, index);
}

function replaceAll(edit: Edit, label: number, by: number): void {
  const region = edit.map.region(label);
  if (region.area === 0) return;
  const { x, y, width, height } = boxOf(region);
  for (let row = y; row < y + height; row++) edit.paint(row, x, x + width - 1, by, (before) => before === label);
}
