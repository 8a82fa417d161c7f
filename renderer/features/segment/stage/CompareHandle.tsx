import { MoveHorizontal } from 'lucide-react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSegment, useSession } from '../session/context';
import classes from './CompareHandle.module.css';

/** The line between the picture as it was, on the left, and what came of it. */
export function CompareHandle() {
  const { t } = useTranslation('segment');
  const session = useSession();
  const split = useSegment((state) => state.split);
  if (split === null) return null;
  const move = (share: number) => session.set({ split: Math.min(1, Math.max(0, share)) });
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left, width } = event.currentTarget.parentElement!.getBoundingClientRect();
    move((event.clientX - left) / width);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
    if (step === undefined) return;
    move(split + step);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className={classes.line}
      style={{ left: `${split * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={t('compare.handle')}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(split * 100)}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.stopPropagation();
      }}
      onPointerMove={drag}
    >
      <span className={classes.knob}>
        <MoveHorizontal size={16} aria-hidden />
      </span>
    </div>
  );
}
