import { toCanvas, type Place } from '../canvas/view';
import { useSegment } from '../session/context';
import classes from './Marks.module.css';

/** What a tool draws over the picture: the brush's circle, the path of a polygon or cut. */
export function Marks() {
  const view = useSegment((state) => state.view);
  const canvas = useSegment((state) => state.canvas);
  const tool = useSegment((state) => state.tool);
  const radius = useSegment((state) => state.radius);
  const pointer = useSegment((state) => state.pointer);
  const path = useSegment((state) => state.path);
  if (view === null) return null;
  const shown = (at: Place) => {
    const { x, y } = toCanvas(view, canvas, at);
    return { x: x / devicePixelRatio, y: y / devicePixelRatio };
  };
  const points = (tool === 'polygon' && pointer && path.length > 0 ? [...path, pointer] : path).map(shown);
  const brush = pointer && (tool === 'brush' || tool === 'eraser') ? shown(pointer) : undefined;
  const line = points.map(({ x, y }) => `${x},${y}`).join(' ');
  return (
    <svg className={classes.marks} aria-hidden>
      {brush && [classes.under, classes.over].map((name) => <circle key={name} className={name} cx={brush.x} cy={brush.y} r={Math.max(1.5, (radius * view.scale) / devicePixelRatio)} data-tool={tool} />)}
      {points.length > 0 && [classes.under, classes.over].map((name) => (tool === 'polygon' ? <polygon key={name} className={name} points={line} /> : <polyline key={name} className={name} points={line} />))}
    </svg>
  );
}
