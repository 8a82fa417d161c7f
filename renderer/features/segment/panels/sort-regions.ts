import type { RegionState } from '../edit/label-map';

export const SORT_KEYS = ['label', 'area', 'probability'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Regions with pixels; equal ones by label, and what was drawn by hand as certain. */
export function sortRegions(regions: Iterable<RegionState>, key: SortKey, down: boolean): RegionState[] {
  const value = (region: RegionState) => (Number.isNaN(region[key]) ? 1 : region[key]);
  const sign = down ? -1 : 1;
  return [...regions].filter(({ area }) => area > 0).sort((a, b) => sign * (value(a) - value(b)) || a.label - b.label);
}
