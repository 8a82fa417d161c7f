import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { useBridge, useSettings } from '../../../stores/bridge-context';
import { useShown } from '../document/document-context';
import type { EditDocument } from '../edit/document';
import { snap } from '../edit/locate';
import { retime } from '../edit/operations';
import { useOptions } from '../options';
import { Overview } from './Overview';
import { paint } from './paint';
import { ramp, readPalette, type Palette } from './palette';
import type { Peaks } from './peaks';
import { SpectrogramTiles } from './tiles';
import { useViewStore } from './use-view';
import { hit, limit, reveal, timeAt, zoomAt, type Target } from './view';
import classes from './Timeline.module.css';

const SNAP = 6; // pixels
const CLICK = 3; // pixels that a click may move

type Drag = { kind: 'edge'; id: number; edge: 'start' | 'end'; from: EditDocument; to: EditDocument } | { kind: 'select'; x: number; time: number; moved: boolean; target: Target };

/** Waveform and spectrogram of what is in sight, with the segments on it: click to jump, drag an edge to retime, drag elsewhere to select a loop. */
export function Timeline({ file, duration, peaks }: { file: string; duration: number; peaks: Peaks | null }) {
  const { t } = useTranslation('transcribe');
  const bridge = useBridge();
  const { session, player } = useShown();
  const { spectrogram } = useOptions();
  const theme = useSettings((state) => state.settings.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const redraw = useRef<() => void>(() => undefined);
  const view = useViewStore(file);
  const [cursor, setCursor] = useState<'pointer' | 'ew-resize'>('pointer');

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d', { alpha: false })!;
    let palette: Palette = readPalette(element);
    let tiles: SpectrogramTiles | null = null;
    let frame = 0;
    const colour = () => {
      palette = readPalette(element);
      tiles?.close();
      tiles = spectrogram ? new SpectrogramTiles(bridge, file, ramp(palette.sunken, palette['accent-soft'], palette.accent, palette.ink), request) : null;
      request();
    };
    function draw() {
      frame = 0;
      const { selected, history } = session.store.getState();
      const ratio = window.devicePixelRatio;
      const { clientWidth: width, clientHeight: height } = element;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const now = limit({ ...view.getState(), width }, duration);
      const moved = drag.current?.kind === 'edge' ? drag.current.to : history.present;
      paint(context, { view: now, height, peaks, tiles, document: { ...moved, duration }, selected, loop: player.store.getState().loop, time: player.time }, palette);
      element.setAttribute('aria-valuenow', player.time.toFixed(2));
      element.setAttribute('aria-valuetext', readingClock(player.time, duration, true));
    }
    function request() {
      frame ||= requestAnimationFrame(draw);
    }
    redraw.current = request;
    const follow = (time: number) => {
      const { follow: on } = player.store.getState();
      if (on && drag.current === null) view.setState(reveal(limit({ ...view.getState(), width: element.clientWidth }, duration), time, duration));
      request();
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { width } = element.getBoundingClientRect();
      const now = limit({ ...view.getState(), width }, duration);
      if (event.ctrlKey || event.metaKey) view.setState(zoomAt(now, event.offsetX, Math.exp(event.deltaY * 0.002), duration));
      else view.setState(limit({ ...now, start: now.start + ((event.deltaX + event.deltaY) / width) * now.span }, duration));
    };
    const sizes = new ResizeObserver(() => {
      view.setState({ width: element.clientWidth });
      request();
    });
    const scheme = new MutationObserver(colour);
    scheme.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    sizes.observe(element);
    element.addEventListener('wheel', wheel, { passive: false });
    const ends = [player.onTime(follow), player.store.subscribe(request), session.store.subscribe(request), view.subscribe(request)];
    colour();
    return () => {
      ends.forEach((end) => end());
      sizes.disconnect();
      scheme.disconnect();
      element.removeEventListener('wheel', wheel);
      cancelAnimationFrame(frame);
      tiles?.close();
    };
  }, [bridge, session, player, view, file, duration, peaks, spectrogram, theme]);

  const viewNow = () => limit({ ...view.getState(), width: canvas.current!.clientWidth }, duration);
  const xOfEvent = (event: PointerEvent) => event.clientX - canvas.current!.getBoundingClientRect().left;

  function down(event: PointerEvent) {
    if (event.button !== 0) return;
    canvas.current!.setPointerCapture(event.pointerId);
    const x = xOfEvent(event);
    const target = hit(viewNow(), session.document.segments, x);
    const ready = session.store.getState().phase === 'ready';
    if (target.kind === 'edge' && ready) {
      session.select(target.id);
      drag.current = { ...target, from: session.document, to: session.document };
    } else drag.current = { kind: 'select', x, time: timeAt(viewNow(), x), moved: false, target };
  }

  function move(event: PointerEvent) {
    const x = xOfEvent(event);
    const time = timeAt(viewNow(), x);
    const now = drag.current;
    if (now === null) return setCursor(hit(viewNow(), session.document.segments, x).kind === 'edge' ? 'ew-resize' : 'pointer');
    if (now.kind === 'edge') {
      const reach = event.altKey ? 0 : (SNAP / viewNow().width) * viewNow().span;
      drag.current = { ...now, to: retime(now.from, now.id, now.edge, snap(time, snapTimes(now.from, now.id, player.time), reach)) };
      redraw.current();
    } else if (now.moved || Math.abs(x - now.x) > CLICK) {
      now.moved = true;
      const [start, end] = [Math.max(0, Math.min(now.time, time)), Math.min(duration, Math.max(now.time, time))];
      if (end - start > 0.05) player.store.setState({ loop: { start, end } });
    }
  }

  function up(event: PointerEvent) {
    const now = drag.current;
    drag.current = null;
    if (now?.kind === 'edge') session.apply(now.to);
    if (now?.kind === 'select' && !now.moved) {
      player.seek(now.time);
      if (now.target.kind !== 'pause') session.select(now.target.id);
    } else if (now?.kind === 'select') player.setLoop(player.store.getState().loop);
    setCursor(hit(viewNow(), session.document.segments, xOfEvent(event)).kind === 'edge' ? 'ew-resize' : 'pointer');
  }

  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, () => void> = {
      Home: () => player.seek(0),
      End: () => player.seek(duration),
      PageUp: () => player.seek(player.time - viewNow().span * 0.9),
      PageDown: () => player.seek(player.time + viewNow().span * 0.9),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
    view.setState(reveal(viewNow(), player.time, duration));
  }

  return (
    <div className={classes.timeline}>
      <Overview duration={duration} peaks={peaks} view={view} />
      <canvas
        ref={canvas}
        className={classes.canvas}
        data-spectrogram={spectrogram || undefined}
        style={{ cursor }}
        tabIndex={0}
        role="slider"
        aria-label={t('timeline.label')}
        aria-valuemin={0}
        aria-valuemax={Math.round(duration * 100) / 100}
        aria-valuenow={0}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => (drag.current = null)}
        onKeyDown={press}
      />
    </div>
  );
}

/** Where an edge likes to be: at the words of the segment, the neighbours and the playhead. */
function* snapTimes({ segments }: EditDocument, id: number, playhead: number): Generator<number> {
  yield playhead;
  const index = segments.findIndex((segment) => segment.id === id);
  for (const segment of segments.slice(Math.max(0, index - 1), index + 2)) {
    if (segment.id !== id) yield* [segment.start, segment.end];
    for (const word of segment.words) yield* [word.start, word.end];
  }
}
