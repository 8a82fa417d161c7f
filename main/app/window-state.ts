/** Where the window was when it was closed, made fit for the monitors of today. All in device-independent pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState extends Partial<Pick<Rectangle, 'x' | 'y'>> {
  width: number;
  height: number;
  maximized: boolean;
}

export const SMALLEST = { width: 720, height: 480 };
const USUAL: WindowState = { width: 1280, height: 800, maximized: false };
const GRIP = { width: 120, height: 32 }; // of the title bar: as much must be visible to drag the window by

/** `saved` is what was read from the disk: anything. Without a visible place the system chooses one. */
export function fitWindow(saved: unknown, displays: readonly Rectangle[]): WindowState {
  const state = parse(saved);
  const display = displays.find((area) => isWithinReach(state, area));
  const area = display ?? displays[0];
  const size = {
    width: clamp(state.width, SMALLEST.width, area?.width),
    height: clamp(state.height, SMALLEST.height, area?.height),
    maximized: state.maximized,
  };
  return display && state.x !== undefined && state.y !== undefined ? { x: state.x, y: Math.max(state.y, display.y), ...size } : size;
}

function parse(saved: unknown): WindowState {
  if (typeof saved !== 'object' || saved === null) return USUAL;
  const { x, y, width, height, maximized } = saved as Record<string, unknown>;
  if (!isPixels(width) || !isPixels(height)) return USUAL;
  return { ...(isPixels(x) && isPixels(y) ? { x, y } : {}), width, height, maximized: maximized === true };
}

function isPixels(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 100_000;
}

function isWithinReach({ x, y, width }: WindowState, area: Rectangle): boolean {
  if (x === undefined || y === undefined) return false;
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return across >= GRIP.width && y > area.y - GRIP.height && y <= area.y + area.height - GRIP.height;
}

/** A monitor smaller than the smallest window wins. */
function clamp(value: number, least: number, most = Infinity): number {
  return Math.min(Math.max(value, least), most);
}
