import { useEffect, useRef, type PointerEvent } from 'react';
import { useShown } from '../document/document-context';
import { paintWave } from './paint';
import { readPalette } from './palette';
import type { Peaks } from './peaks';
import type { ViewStore } from './use-view';
import { limit } from './view';
import classes from './Timeline.module.css';

/** The whole recording, small, with a frame around what is in sight; a picture for the eye and the mouse, keys work on the timeline below it. */
export function Overview({ duration, peaks, view }: { duration: number; peaks: Peaks | null; view: ViewStore }) {
  const { player, session } = useShown();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d', { alpha: false })!;
    const wave = document.createElement('canvas'); // drawn when the size or the theme changes
    let frame = 0;
    let fresh = false;
    const draw = () => {
      frame = 0;
      const ratio = window.devicePixelRatio;
      const { clientWidth: width, clientHeight: height } = element;
      const palette = readPalette(element);
      if (!fresh || element.width !== Math.round(width * ratio)) {
        for (const one of [element, wave]) {
          one.width = Math.round(width * ratio);
          one.height = Math.round(height * ratio);
        }
        const paper = wave.getContext('2d', { alpha: false })!;
        paper.setTransform(ratio, 0, 0, ratio, 0, 0);
        paper.fillStyle = palette.ground;
        paper.fillRect(0, 0, width, height);
        paper.fillStyle = palette['accent-soft'];
        for (const { start, end } of session.document.segments) paper.fillRect((start / duration) * width, 0, Math.max(0.5, ((end - start) / duration) * width), height);
        if (peaks !== null) paintWave(paper, peaks, { start: 0, span: duration, width }, 0, height, palette['line-strong']);
        fresh = true;
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(wave, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { start, span } = limit(view.getState(), duration);
      const left = (start / duration) * width;
      const right = Math.min(width, ((start + span) / duration) * width);
      context.strokeStyle = palette.accent;
      context.lineWidth = 2;
      context.strokeRect(left + 1, 1, Math.max(4, right - left) - 2, height - 2);
      context.fillStyle = palette.second;
      context.fillRect((player.time / duration) * width - 1, 0, 2, height);
    };
    const request = () => {
      frame ||= requestAnimationFrame(draw);
    };
    const refresh = () => {
      fresh = false;
      request();
    };
    const scheme = new MutationObserver(refresh);
    scheme.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    const sizes = new ResizeObserver(request);
    sizes.observe(element);
    let shown = session.document.segments;
    const ends = [
      player.onTime(request),
      view.subscribe(request),
      session.store.subscribe(({ history }) => {
        if (history.present.segments === shown) return;
        shown = history.present.segments;
        refresh();
      }),
    ];
    request();
    return () => {
      ends.forEach((end) => end());
      sizes.disconnect();
      scheme.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [player, session, view, duration, peaks]);

  function move(event: PointerEvent<HTMLCanvasElement>) {
    if ((event.buttons & 1) === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const time = ((event.clientX - box.left) / box.width) * duration;
    const now = limit(view.getState(), duration);
    view.setState(limit({ ...now, start: time - now.span / 2 }, duration));
  }

  return (
    <canvas
      ref={canvas}
      className={classes.overview}
      aria-hidden
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
    />
  );
}
