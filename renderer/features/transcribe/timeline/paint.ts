import { SPECTROGRAM_COLUMNS_PER_SECOND } from '../../../../main/contract/resources';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { textOf, type EditDocument } from '../edit/document';
import { lastStarted } from '../edit/locate';
import type { Palette } from './palette';
import type { Peaks } from './peaks';
import type { SpectrogramTiles } from './tiles';
import { tickStep, xOf, type View } from './view';

export interface Scene {
  view: View;
  height: number; // CSS pixels
  peaks: Peaks | null;
  tiles: SpectrogramTiles | null; // null: no spectrogram is shown
  document: EditDocument;
  selected: number; // id of a segment; 0: none
  loop: { start: number; end: number } | null;
  time: number; // playhead
}

export const RULER = 18; // pixels
const LABELS = 17; // pixels below the ruler, kept free of the waves
const MOST_TILES = 12 * 30; // seconds in sight up to which the spectrogram is drawn

/** Draws what is in sight, and nothing else. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view, height } = scene;
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, view.width, height);
  const split = scene.tiles === null ? height : Math.round(RULER + (height - RULER) * 0.55);
  if (scene.tiles !== null) paintSpectrogram(context, scene, scene.tiles, split, palette);
  paintSegments(context, scene, palette);
  if (scene.peaks !== null) paintWave(context, scene.peaks, view, RULER + LABELS, split, palette.accent);
  paintLabels(context, scene, palette);
  paintRuler(context, scene, palette);
  const x = Math.round(xOf(view, scene.time));
  context.fillStyle = palette.second;
  context.fillRect(x - 1, 0, 2, height);
  context.beginPath();
  context.moveTo(x - 6, 0);
  context.lineTo(x + 6, 0);
  context.lineTo(x, 8);
  context.fill();
}

export function paintWave(context: CanvasRenderingContext2D, peaks: Peaks, { start, span, width }: View, top: number, bottom: number, color: string): void {
  const columns = Math.ceil(width);
  const pairs = peaks.range(start, start + (span * columns) / Math.max(1, width), columns);
  const middle = (top + bottom) / 2;
  const scale = ((bottom - top) / 2 - 2) * peaks.gain;
  context.fillStyle = color;
  for (let x = 0; x < columns; x++) {
    const y = middle - pairs[2 * x + 1]! * scale;
    context.fillRect(x, y, 1, Math.max(1, (pairs[2 * x + 1]! - pairs[2 * x]!) * scale));
  }
}

function paintSpectrogram(context: CanvasRenderingContext2D, { view, height }: Scene, tiles: SpectrogramTiles, top: number, palette: Palette): void {
  context.fillStyle = palette.sunken;
  context.fillRect(0, top, view.width, height - top);
  if (view.span > MOST_TILES) return;
  for (const { start, image } of tiles.inRange(view.start, view.start + view.span)) {
    const seconds = image.width / SPECTROGRAM_COLUMNS_PER_SECOND;
    context.drawImage(image, xOf(view, start), top, (seconds / view.span) * view.width, height - top);
  }
}

/** Segments in sight, as ids and pixels. */
function* visible({ view, document }: Scene): Generator<{ index: number; id: number; left: number; right: number }> {
  const { segments } = document;
  for (let i = Math.max(0, lastStarted(segments, view.start)); i < segments.length && segments[i]!.start < view.start + view.span; i++) {
    const { id, start, end } = segments[i]!;
    if (end >= view.start) yield { index: i, id, left: xOf(view, start), right: xOf(view, end) };
  }
}

function paintSegments(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view, height, loop, selected } = scene;
  if (loop !== null) {
    context.fillStyle = palette['second-soft'];
    context.fillRect(xOf(view, loop.start), RULER, ((loop.end - loop.start) / view.span) * view.width, height - RULER);
  }
  for (const { id, left, right } of visible(scene)) {
    context.globalAlpha = scene.tiles === null ? 0.7 : 0.35;
    context.fillStyle = palette['accent-soft'];
    context.fillRect(left, RULER, right - left, height - RULER);
    context.globalAlpha = 1;
    if (right - left < 3) continue;
    context.fillStyle = id === selected ? palette.accent : palette['line-strong'];
    const thick = id === selected ? 3 : 1;
    context.fillRect(left, RULER, thick, height - RULER);
    context.fillRect(right - thick, RULER, thick, height - RULER);
    if (id === selected) context.fillRect(left, RULER, right - left, 2);
  }
}

function paintLabels(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'top';
  for (const { index, left, right } of visible(scene)) {
    const room = right - Math.max(0, left) - 12;
    if (room < 40) continue;
    const text = `${index + 1}  ${textOf(scene.document.segments[index]!)}`;
    context.save();
    context.beginPath();
    context.rect(Math.max(0, left) + 4, RULER + 2, room + 4, 16);
    context.clip();
    context.lineWidth = 3;
    context.strokeStyle = palette.surface;
    context.strokeText(text, Math.max(0, left) + 6, RULER + 5);
    context.fillStyle = palette.ink;
    context.fillText(text, Math.max(0, left) + 6, RULER + 5);
    context.restore();
  }
}

function paintRuler(context: CanvasRenderingContext2D, { view, document }: Scene, palette: Palette): void {
  context.fillStyle = palette.sunken;
  context.fillRect(0, 0, view.width, RULER);
  context.font = `10px ${palette.font}`;
  context.textBaseline = 'middle';
  const step = tickStep(view);
  for (let i = Math.ceil(view.start / step); i * step <= view.start + view.span; i++) {
    const x = Math.round(xOf(view, i * step));
    context.fillStyle = palette.line;
    context.fillRect(x, 0, 1, RULER);
    context.fillStyle = palette['ink-2'];
    context.fillText(readingClock(i * step, document.duration, step < 1), x + 4, RULER / 2 + 1);
  }
}
