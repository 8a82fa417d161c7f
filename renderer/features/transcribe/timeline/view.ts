/** Which part of a recording is drawn, and where things lie in it. */
import { lastStarted } from '../edit/locate';

export interface View {
  start: number; // seconds at the left edge
  span: number; // seconds from edge to edge
  width: number; // CSS pixels
}

interface Span {
  id: number;
  start: number;
  end: number;
}

export type Target = { kind: 'edge'; id: number; edge: 'start' | 'end' } | { kind: 'segment'; id: number } | { kind: 'pause' };

export const SHORTEST_SPAN = 0.5; // seconds
export const FIRST_SPAN = 30;
const GRAB = 5; // pixels beside an edge

export const timeAt = ({ start, span, width }: View, x: number): number => start + (x / Math.max(1, width)) * span;

export const xOf = ({ start, span, width }: View, time: number): number => ((time - start) / span) * width;

/** Within the recording, and neither nearer than SHORTEST_SPAN nor wider than all of it. */
export function limit(view: View, duration: number): View {
  const span = Math.min(Math.max(view.span, SHORTEST_SPAN), Math.max(duration, SHORTEST_SPAN));
  return { ...view, span, start: Math.min(Math.max(view.start, 0), Math.max(0, duration - span)) };
}

/** Nearer (factor below 1) or farther, with the time under `x` staying there. */
export function zoomAt(view: View, x: number, factor: number, duration: number): View {
  const fixed = timeAt(view, x);
  const { span } = limit({ ...view, span: view.span * factor }, duration);
  return limit({ ...view, span, start: fixed - (x / Math.max(1, view.width)) * span }, duration);
}

/** The view that shows a time, moved only if it must: then the time lies a tenth from the left. */
export function reveal(view: View, time: number, duration: number): View {
  if (time >= view.start && time <= view.start + view.span * 0.95) return view;
  return limit({ ...view, start: time - view.span * 0.1 }, duration);
}

/** What lies under the pointer. Where two edges meet, the side of the pointer decides. */
export function hit(view: View, segments: readonly Span[], x: number): Target {
  const time = timeAt(view, x);
  const reach = (GRAB / view.width) * view.span;
  const at = lastStarted(segments, time);
  const here = segments[at];
  const next = segments[at + 1];
  const inside = here !== undefined && time < here.end;
  if (inside && time - here.start < reach && time - here.start <= here.end - time) return { kind: 'edge', id: here.id, edge: 'start' };
  if (inside && here.end - time < reach) return { kind: 'edge', id: here.id, edge: 'end' };
  if (!inside && here !== undefined && time - here.end < reach && !(next !== undefined && next.start - time < time - here.end)) return { kind: 'edge', id: here.id, edge: 'end' };
  if (!inside && next !== undefined && next.start - time < reach) return { kind: 'edge', id: next.id, edge: 'start' };
  return inside ? { kind: 'segment', id: here.id } : { kind: 'pause' };
}

/** Distance of the ruler's marks in seconds, at least `pixels` apart. */
export function tickStep({ span, width }: View, pixels = 80): number {
  const least = (span * pixels) / Math.max(1, width);
  return [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((step) => step >= least) ?? 3600;
}
