/** The label map being edited, and running measurements of each label, so that an edit costs what it touches and not the whole map. */
import type { Box } from '../../../../models/tasks/segment/measure';
import type { Region, Regions } from '../../../../models/tasks/segment/regions';

/** Sums over pixel coordinates; the box is [left, right] x [top, bottom], both ends in. Area 0: the label is not used (any more). */
export interface RegionState extends RegionFacts {
  label: number;
  area: number;
  sumX: number;
  sumY: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is known of a region besides its pixels. NaN: not known, because it was drawn or changed by hand. */
export interface RegionFacts {
  class: number;
  probability: number;
  meanIntensity: number;
}

const BY_HAND: RegionFacts = { class: 0, probability: NaN, meanIntensity: NaN };

export class LabelMap {
  readonly regions = new Map<number, RegionState>();
  highest = 0; // label ever used

  constructor(
    readonly width: number,
    readonly height: number,
    readonly labels: Int32Array, // height * width
  ) {}

  static from({ width, height, labels, regions }: Pick<Regions, 'width' | 'height' | 'labels' | 'regions'>): LabelMap {
    const map = new LabelMap(width, height, labels);
    for (const region of regions) map.put(stateOf(region));
    return map;
  }

  put(state: RegionState): void {
    this.regions.set(state.label, state);
    this.highest = Math.max(this.highest, state.label);
  }

  /** The region of a label > 0; a new one has no pixels yet. */
  region(label: number): RegionState {
    let region = this.regions.get(label);
    if (region === undefined) {
      region = { label, ...BY_HAND, area: 0, sumX: 0, sumY: 0, left: this.width, top: this.height, right: -1, bottom: -1 };
      this.put(region);
    }
    return region;
  }

  /** The label at a pixel; 0 outside of the picture. */
  at(x: number, y: number): number {
    return x < 0 || y < 0 || x >= this.width || y >= this.height ? 0 : this.labels[y * this.width + x]!;
  }

  /** Overwrites `length` pixels of one row that all hold `before`. Boxes only grow; `tighten` shrinks them. */
  replace(start: number, length: number, before: number, after: number): void {
    this.labels.fill(after, start, start + length);
    const y = Math.floor(start / this.width);
    const x = start - y * this.width;
    if (before !== 0) count(this.region(before), x, y, length, -1);
    if (after === 0) return;
    const region = this.region(after);
    count(region, x, y, length, 1);
    region.left = Math.min(region.left, x);
    region.right = Math.max(region.right, x + length - 1);
    region.top = Math.min(region.top, y);
    region.bottom = Math.max(region.bottom, y);
  }

  /** Moves the sides of a region's box in until each touches it. */
  tighten(label: number): void {
    const region = this.region(label);
    if (region.area === 0) {
      Object.assign(region, { left: this.width, top: this.height, right: -1, bottom: -1 });
      return;
    }
    const { labels, width } = this;
    const row = (y: number) => {
      for (let x = region.left; x <= region.right; x++) if (labels[y * width + x] === label) return true;
      return false;
    };
    const column = (x: number) => {
      for (let y = region.top; y <= region.bottom; y++) if (labels[y * width + x] === label) return true;
      return false;
    };
    while (!row(region.top)) region.top++;
    while (!row(region.bottom)) region.bottom--;
    while (!column(region.left)) region.left++;
    while (!column(region.right)) region.right--;
  }
}

export function boxOf({ left, top, right, bottom }: RegionState): Box {
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

export function centroidOf({ sumX, sumY, area }: RegionState): { x: number; y: number } {
  return { x: sumX / area, y: sumY / area };
}

function count(region: RegionState, x: number, y: number, length: number, sign: 1 | -1): void {
  region.area += sign * length;
  region.sumX += (sign * length * (2 * x + length - 1)) / 2;
  region.sumY += sign * length * y;
}

function stateOf({ label, area, centroid, box, ...region }: Region): RegionState {
  return {
    label,
    area,
    class: region.class,
    probability: region.probability,
    meanIntensity: region.meanIntensity,
    sumX: Math.round(2 * centroid.x * area) / 2,
    sumY: Math.round(centroid.y * area),
    left: box.x,
    top: box.y,
    right: box.x + box.width - 1,
    bottom: box.y + box.height - 1,
  };
}
