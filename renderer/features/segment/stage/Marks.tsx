import { toCanvas, type Place } from '../canvas/view';
import { useSegment } from '../session/context';
import classes from './Marks.module.css';

const LINES = [classes.under, classes.over];
const EDGE = 2; // CSS pixels beyond the radius that its line takes

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
  const reach = Math.max(1.5, (radius * view.scale) / devicePixelRatio);
  return (
    <>
      {brush && <Circle {...brush} radius={reach} tool={tool} />}
      {points.length > 0 && <Path points={points} closed={tool === 'polygon'} />}
    </>
  );
}

/** As large as the circle and moved as a whole, so that it is not painted anew at each move. */
function Circle({ x, y, radius, tool }: Place & { radius: number; tool: string }) {
  const reach = radius + EDGE;
  return (
    <svg className={classes.brush} width={2 * reach} height={2 * reach} style={{ transform: `translate(${x - reach}px, ${y - reach}px)` }} aria-hidden>
      {LINES.map((name) => (
        <circle key={name} className={name} cx={reach} cy={reach} r={radius} data-tool={tool} />
      ))}
    </svg>
  );
}

function Path({ points, closed }: { points: readonly Place[]; closed: boolean }) {
  const line = points.map(({ x, y }) => `${x},${y}`).join(' ');
  return (
    <svg className={classes.marks} aria-hidden>
      {LINES.map((name) => (closed ? <polygon key={name} className={name} points={line} /> : <polyline key={name} className={name} points={line} />))}
    </svg>
  );
}
