/** What the screen shows and how it is worked on; kept while other screens are shown. */
import { createStore } from 'zustand/vanilla';
import type { ErrorReport } from '../../../../main/contract/errors';
import type { Picture } from '../canvas/picture';
import type { Place, Size, View } from '../canvas/view';
import type { Document } from './document';

export const TOOLS = ['select', 'brush', 'eraser', 'fill', 'polygon', 'split'] as const;
export type Tool = (typeof TOOLS)[number];

export const COLORINGS = ['instance', 'class'] as const;
export type Coloring = (typeof COLORINGS)[number];

export interface SegmentState {
  picture: Picture | null;
  enlarged: Picture | null; // result of an upscale job
  document: Document | null;
  loading: boolean; // of picture or result
  drawn: boolean; // the canvas shows something of the picture
  error: ErrorReport | null; // why one of them could not be shown
  version: number; // counts changes of the document
  saving: 'saved' | 'waiting' | 'failed';
  view: View | null; // null: fitted as soon as there is a picture
  canvas: Size;
  tool: Tool;
  radius: number; // of the brush, picture pixels
  keepNeighbours: boolean; // brush and polygon leave other instances alone
  activeClass: number; // of new instances
  selected: ReadonlySet<number>; // labels
  hovered: number; // label, 0: none
  pointer: Place | null; // in the picture
  path: readonly Place[]; // of a polygon or cut being drawn
  hidden: ReadonlySet<number>; // classes
  fill: number;
  outlines: boolean;
  coloring: Coloring;
  split: number | null; // share of the canvas's width that shows the picture as it was
}

export function createSegmentStore() {
  return createStore<SegmentState>()(() => ({
    picture: null,
    enlarged: null,
    document: null,
    loading: false,
    drawn: false,
    error: null,
    version: 0,
    saving: 'saved',
    view: null,
    canvas: { width: 1, height: 1 },
    tool: 'select',
    radius: 8,
    keepNeighbours: true,
    activeClass: 0,
    selected: new Set(),
    hovered: 0,
    pointer: null,
    path: [],
    hidden: new Set(),
    fill: 0.35,
    outlines: true,
    coloring: 'instance',
    split: null,
  }));
}
