import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { toPicture, type Place } from '../canvas/view';
import { useSession } from '../session/context';
import { closePolygon, startGesture, type Gesture } from '../session/gestures';
import type { SegmentSession } from '../session/session';

const CLICK = 4; // CSS pixels that a click may wander

/** Pointer, wheel and pinch on the canvas. */
export function usePointer(box: RefObject<HTMLDivElement | null>) {
  const session = useSession();
  const [panning, setPanning] = useState(false);
  const gesture = useRef<Gesture | undefined>(undefined);
  const drag = useRef<{ from: Place; last: Place; moved: boolean } | undefined>(undefined);
  const touches = useRef(new Map<number, Place>());
  const space = useSpaceKey();

  useEffect(() => {
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      const speed = event.ctrlKey ? 0.01 : 0.0016; // a pinch on a touch pad comes as a wheel with Control
      session.zoom(Math.exp(-event.deltaY * lines * speed), canvasPlace(element, event));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [box, session]);

  const place = (event: { clientX: number; clientY: number }) => canvasPlace(box.current!, event);

  const endDrag = () => {
    drag.current = undefined;
    setPanning(false);
  };

  const handlers = {
    onPointerDown(event: PointerEvent) {
      if (event.target instanceof Element && event.target.closest('button, input, [role="slider"]')) return;
      box.current!.focus({ preventScroll: true });
      box.current!.setPointerCapture(event.pointerId);
      const at = place(event);
      touches.current.set(event.pointerId, at);
      if (touches.current.size === 2) {
        gesture.current?.cancel();
        gesture.current = undefined;
        return;
      }
      const point = inPicture(session, at);
      if (point === undefined) return;
      if (event.button === 0 && !space.current) gesture.current = startGesture(session, point, { add: event.shiftKey, erase: event.altKey });
      if (gesture.current || (event.button === 0 && session.state.tool === 'fill' && !space.current)) return;
      drag.current = { from: at, last: at, moved: false };
    },
    onPointerMove(event: PointerEvent) {
      const at = place(event);
      if (touches.current.size === 2 && touches.current.has(event.pointerId)) return pinch(session, touches.current, event.pointerId, at);
      const points = event.nativeEvent.getCoalescedEvents?.() ?? [];
      if (gesture.current) for (const one of points.length > 0 ? points : [event]) gesture.current.move(inPicture(session, place(one))!);
      else if (drag.current) {
        const { from, last } = drag.current;
        if (!drag.current.moved && Math.hypot(at.x - from.x, at.y - from.y) < CLICK * devicePixelRatio) return;
        drag.current = { from, last: at, moved: true };
        setPanning(true);
        session.pan(at.x - last.x, at.y - last.y);
      }
      hover(session, at);
    },
    onPointerUp(event: PointerEvent) {
      touches.current.delete(event.pointerId);
      gesture.current?.end();
      gesture.current = undefined;
      const dragged = drag.current;
      endDrag();
      if (dragged && !dragged.moved && event.button === 0 && session.state.tool === 'select') session.select(visibleLabel(session, place(event)), event.shiftKey || event.ctrlKey || event.metaKey);
    },
    onPointerCancel(event: PointerEvent) {
      touches.current.delete(event.pointerId);
      gesture.current?.cancel();
      gesture.current = undefined;
      endDrag();
    },
    onPointerLeave() {
      if (!gesture.current) session.set({ pointer: null, hovered: 0 });
    },
    onDoubleClick() {
      if (session.state.tool === 'polygon') closePolygon(session);
    },
    onAuxClick: (event: React.MouseEvent) => event.preventDefault(),
  };
  return { panning, handlers };
}

function canvasPlace(element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Place {
  const { left, top } = element.getBoundingClientRect();
  return { x: (clientX - left) * devicePixelRatio, y: (clientY - top) * devicePixelRatio };
}

function inPicture({ state: { view, canvas } }: SegmentSession, at: Place): Place | undefined {
  return view ? toPicture(view, canvas, at) : undefined;
}

/** The label under a place of the canvas, 0 where its class is hidden. */
function visibleLabel(session: SegmentSession, at: Place): number {
  const { document, hidden } = session.state;
  const point = inPicture(session, at);
  if (document === null || point === undefined) return 0;
  const label = document.map.at(Math.floor(point.x), Math.floor(point.y));
  return label !== 0 && hidden.has(document.map.region(label).class) ? 0 : label;
}

function hover(session: SegmentSession, at: Place): void {
  session.set({ pointer: inPicture(session, at) ?? null, hovered: visibleLabel(session, at) });
}

/** Two fingers: zoom by their distance, pan by their middle. */
function pinch(session: SegmentSession, touches: Map<number, Place>, moved: number, to: Place): void {
  const [still] = [...touches].filter(([id]) => id !== moved).map(([, at]) => at);
  const from = touches.get(moved)!;
  touches.set(moved, to);
  const middle = { x: (still!.x + to.x) / 2, y: (still!.y + to.y) / 2 };
  session.pan((to.x - from.x) / 2, (to.y - from.y) / 2);
  session.zoom(Math.hypot(to.x - still!.x, to.y - still!.y) / Math.max(1, Math.hypot(from.x - still!.x, from.y - still!.y)), middle);
}

function useSpaceKey(): RefObject<boolean> {
  const down = useRef(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === ' ') down.current = event.type === 'keydown';
    };
    const release = () => (down.current = false);
    addEventListener('keydown', press);
    addEventListener('keyup', press);
    addEventListener('blur', release);
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('keyup', press);
      removeEventListener('blur', release);
    };
  }, []);
  return down;
}
