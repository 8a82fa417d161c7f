/** One reversible change of a label map. */
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { Box } from '../../../../models/tasks/segment/measure';
import { boxOf, type LabelMap, type RegionFacts } from './label-map';

export interface Patch {
  runs: Int32Array; // four numbers each: first pixel, length within its row, label before, label after
  facts: { label: number; before: RegionFacts; after: RegionFacts }[];
  touched: Box; // of the changed pixels, and of regions whose facts changed
  classes?: { before: readonly ClassLook[]; after: readonly ClassLook[] }; // where classes were added, named or coloured anew
}

/** A change of the classes alone. */
export function classesPatch(before: readonly ClassLook[], after: readonly ClassLook[]): Patch {
  return { runs: new Int32Array(0), facts: [], touched: { x: 0, y: 0, width: 0, height: 0 }, classes: { before, after } };
}

export function undoPatch(map: LabelMap, { runs, facts }: Patch): void {
  const labels = new Set<number>();
  for (let i = runs.length - 4; i >= 0; i -= 4) {
    map.replace(runs[i]!, runs[i + 1]!, runs[i + 3]!, runs[i + 2]!);
    labels.add(runs[i + 2]!).add(runs[i + 3]!);
  }
  settle(map, labels);
  for (const { label, before } of facts) Object.assign(map.region(label), before);
}

export function redoPatch(map: LabelMap, { runs, facts }: Patch): void {
  const labels = new Set<number>();
  for (let i = 0; i < runs.length; i += 4) {
    map.replace(runs[i]!, runs[i + 1]!, runs[i + 2]!, runs[i + 3]!);
    labels.add(runs[i + 2]!).add(runs[i + 3]!);
  }
  settle(map, labels);
  for (const { label, after } of facts) Object.assign(map.region(label), after);
}

function settle(map: LabelMap, labels: Set<number>): void {
  labels.delete(0);
  for (const label of labels) map.tighten(label);
}

/** Changes a map and writes down how; `finish` gives the patch. */
export class Edit {
  #runs = new Int32Array(256);
  #length = 0;
  readonly #before = new Map<number, RegionFacts>();
  readonly #labels = new Set<number>();
  #left = Infinity;
  #top = Infinity;
  #right = -1;
  #bottom = -1;

  constructor(readonly map: LabelMap) {}

  /** A label that no region ever had, of class `index`. */
  create(index: number): number {
    const label = this.map.highest + 1;
    this.map.region(label);
    this.setClass(label, index);
    return label;
  }

  setClass(label: number, index: number): void {
    const region = this.map.region(label);
    this.#remember(label);
    region.class = index;
    if (region.area > 0) {
      const { x, y, width, height } = boxOf(region);
      this.#touch(x, y, x + width - 1, y + height - 1);
    }
  }

  /** Pixels [from, to] of row `y`, cut to the picture, become `label`, those that `may` be replaced. */
  paint(y: number, from: number, to: number, label: number, may: (before: number) => boolean = () => true): void {
    const { labels, width, height } = this.map;
    if (y < 0 || y >= height) return;
    const end = y * width + Math.min(to, width - 1) + 1;
    for (let start = y * width + Math.max(from, 0), next: number; start < end; start = next) {
      const before = labels[start]!;
      next = start + 1;
      while (next < end && labels[next] === before) next++;
      if (before === label || !may(before)) continue;
      this.#record(start, next - start, before, label);
      this.map.replace(start, next - start, before, label);
      this.#touch(start - y * width, y, next - 1 - y * width, y);
    }
  }

  /** What `paint` has touched since the last call; undefined where nothing. */
  takeTouched(): Box | undefined {
    const box = this.#box;
    this.#live = box ? { ...(this.#live ? union(this.#live, box) : box) } : this.#live;
    [this.#left, this.#top, this.#right, this.#bottom] = [Infinity, Infinity, -1, -1];
    return box;
  }

  /** undefined where nothing was changed. */
  finish(): Patch | undefined {
    this.takeTouched();
    for (const label of this.#labels) this.map.tighten(label);
    const facts = [...this.#before].filter(([label]) => this.#labels.has(label) || this.map.region(label).area > 0).map(([label, before]) => ({ label, before, after: factsOf(this.map, label) }));
    if (this.#length === 0 && facts.length === 0) return undefined; // a new label without a pixel is nothing
    return { runs: this.#runs.slice(0, this.#length), facts, touched: this.#live ?? { x: 0, y: 0, width: 0, height: 0 } };
  }

  #live: Box | undefined; // touched before the last takeTouched

  get #box(): Box | undefined {
    return this.#right < 0 ? undefined : { x: this.#left, y: this.#top, width: this.#right - this.#left + 1, height: this.#bottom - this.#top + 1 };
  }

  #touch(left: number, top: number, right: number, bottom: number): void {
    this.#left = Math.min(this.#left, left);
    this.#top = Math.min(this.#top, top);
    this.#right = Math.max(this.#right, right);
    this.#bottom = Math.max(this.#bottom, bottom);
  }

  #remember(label: number): void {
    if (!this.#before.has(label)) this.#before.set(label, factsOf(this.map, label));
  }

  #record(start: number, length: number, before: number, after: number): void {
    for (const label of [before, after]) {
      if (label === 0 || this.#labels.has(label)) continue;
      this.#remember(label);
      this.#labels.add(label);
      this.map.region(label).meanIntensity = NaN; // the shown picture is not on the file's own scale
    }
    if (this.#length === this.#runs.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#runs);
      this.#runs = larger;
    }
    this.#runs.set([start, length, before, after], this.#length);
    this.#length += 4;
  }
}

export function union(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

function factsOf(map: LabelMap, label: number): RegionFacts {
  const { class: index, probability, meanIntensity } = map.region(label);
  return { class: index, probability, meanIntensity };
}
