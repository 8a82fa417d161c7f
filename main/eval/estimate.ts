import type { Interval } from '../../models/metrics/bootstrap';

/** A figure with its 95 % bootstrap interval. */
export interface Estimate extends Interval {
  value: number;
}
