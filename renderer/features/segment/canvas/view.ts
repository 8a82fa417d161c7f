/** Where the canvas looks. Canvas lengths are device pixels, picture lengths pixels of the upright picture. */
export interface Size {
  width: number;
  height: number;
}

export interface View {
  x: number; // the picture's point in the middle of the canvas
  y: number;
  scale: number; // canvas pixels for a picture pixel
}

export interface Place {
  x: number;
  y: number;
}

const CLOSEST = 64;
const MARGIN = 0.94; // of the canvas that a fitted picture fills
const THINNEST = 12; // canvas pixels that the shorter side of a fitted picture takes: a line scan is not shrunk to nothing

export function fitView(canvas: Size, picture: Size): View {
  const whole = MARGIN * Math.min(canvas.width / picture.width, canvas.height / picture.height);
  const scale = Math.max(whole, Math.min(THINNEST / Math.min(picture.width, picture.height), 1));
  return { x: picture.width / 2, y: picture.height / 2, scale: Math.min(Math.max(scale, 1e-4), CLOSEST) };
}

export function toPicture(view: View, canvas: Size, at: Place): Place {
  return { x: view.x + (at.x - canvas.width / 2) / view.scale, y: view.y + (at.y - canvas.height / 2) / view.scale };
}

export function toCanvas(view: View, canvas: Size, at: Place): Place {
  return { x: (at.x - view.x) * view.scale + canvas.width / 2, y: (at.y - view.y) * view.scale + canvas.height / 2 };
}

/** Scales by `factor` so that the picture's point under `at` stays there. */
export function zoomAt(view: View, canvas: Size, picture: Size, at: Place, factor: number): View {
  const farthest = Math.min(fitView(canvas, picture).scale, 1) / 4;
  const scale = Math.min(Math.max(view.scale * factor, farthest), CLOSEST);
  const fixed = toPicture(view, canvas, at);
  return clampView({ x: fixed.x - (at.x - canvas.width / 2) / scale, y: fixed.y - (at.y - canvas.height / 2) / scale, scale }, picture);
}

/** Moves by canvas pixels: what was under (0, 0) comes to (dx, dy). */
export function pan(view: View, picture: Size, dx: number, dy: number): View {
  return clampView({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, picture);
}

/** Looks at a box: its middle in the middle, nearer only where it would look tiny. */
export function lookAt(view: View, canvas: Size, picture: Size, box: { x: number; y: number; width: number; height: number }): View {
  const room = Math.min(canvas.width / box.width, canvas.height / box.height);
  const scale = Math.min(Math.max(view.scale, Math.min(room / 12, 8)), room * MARGIN, CLOSEST);
  return clampView({ x: box.x + box.width / 2, y: box.y + box.height / 2, scale }, picture);
}

/** The middle of the canvas never leaves the picture. */
function clampView(view: View, picture: Size): View {
  return { ...view, x: Math.min(Math.max(view.x, 0), picture.width), y: Math.min(Math.max(view.y, 0), picture.height) };
}
