import type { PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { resource } from '../../../../main/contract/resources';
import { useBridge } from '../../../stores/bridge-context';
import { toPicture } from '../canvas/view';
import { useSegment, useSession } from '../session/context';
import classes from './Navigator.module.css';

const SIDE = 148; // CSS pixels

/** The whole picture, small, with a frame around what the canvas shows; hidden while that is all of it. */
export function Navigator({ file }: { file: string }) {
  const { t } = useTranslation('segment');
  const session = useSession();
  const bridge = useBridge();
  const picture = useSegment((state) => state.picture);
  const view = useSegment((state) => state.view);
  const canvas = useSegment((state) => state.canvas);
  if (picture === null || view === null) return null;
  const from = toPicture(view, canvas, { x: 0, y: 0 });
  const to = toPicture(view, canvas, { x: canvas.width, y: canvas.height });
  if (from.x <= 0 && from.y <= 0 && to.x >= picture.width && to.y >= picture.height) return null;
  const scale = SIDE / Math.max(picture.width, picture.height);
  const [left, top] = [Math.max(0, from.x) * scale, Math.max(0, from.y) * scale];
  const look = (event: PointerEvent<HTMLElement>) => {
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const bounds = event.currentTarget.getBoundingClientRect();
    const wanted = { x: (event.clientX - bounds.left) / scale, y: (event.clientY - bounds.top) / scale };
    session.pan((view.x - wanted.x) * view.scale, (view.y - wanted.y) * view.scale);
  };
  return (
    <div className={classes.navigator} style={{ width: picture.width * scale, height: picture.height * scale }} onPointerDown={look} onPointerMove={look} role="img" aria-label={t('canvas.navigator')}>
      <img src={bridge.url(resource.thumbnail(file))} alt="" draggable={false} />
      <span className={classes.frame} style={{ left, top, width: Math.min(to.x, picture.width) * scale - left, height: Math.min(to.y, picture.height) * scale - top }} />
    </div>
  );
}
