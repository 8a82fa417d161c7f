import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Engine } from '../canvas/engine';
import { useSegment, useSession } from '../session/context';
import { useScene } from './use-scene';
import { usePointer } from './use-pointer';
import { useCanvasKeys } from './use-canvas-keys';
import { Marks } from './Marks';
import { CompareHandle } from './CompareHandle';
import classes from './CanvasView.module.css';

/** The picture with its labels. Keys work while it has the focus. */
export function CanvasView() {
  const { t } = useTranslation('segment');
  const session = useSession();
  const box = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLCanvasElement>(null);
  const [engine, setEngine] = useState<Engine | null>(null);
  const [missing, setMissing] = useState(false);
  const tool = useSegment((state) => state.tool);

  useEffect(() => {
    let made: Engine;
    try {
      made = new Engine(surface.current!);
    } catch {
      setMissing(true);
      return;
    }
    setEngine(made);
    session.attach(made);
    return () => {
      session.attach(null);
      made.destroy();
      setEngine(null);
    };
  }, [session]);

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => {
      const canvas = { width: Math.max(1, Math.round(element.clientWidth * devicePixelRatio)), height: Math.max(1, Math.round(element.clientHeight * devicePixelRatio)) };
      const fitted = session.fitted;
      session.set({ canvas });
      if (fitted) session.fit();
      engine?.resize(canvas);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [session, engine]);

  useScene(engine);
  const pointer = usePointer(box);
  const onKeyDown = useCanvasKeys();

  return (
    <div ref={box} className={classes.box} tabIndex={0} role="application" aria-label={t('canvas.label')} data-tool={tool} data-panning={pointer.panning || undefined} onKeyDown={onKeyDown} {...pointer.handlers}>
      <canvas ref={surface} className={classes.surface} aria-hidden />
      {missing && (
        <div className={classes.missing}>
          <ErrorNote title={t('canvas.noWebgl')} advice={t('canvas.noWebglAdvice')} />
        </div>
      )}
      <Marks />
      <CompareHandle />
    </div>
  );
}
