/** The curve as an SVG of two panels: time over the side, both logarithmic, and peak memory over the pixels, both linear, where proportional is straight. */
import type { CurveRow } from './curve';

const COLOURS = ['#0f7b6c', '#c2571a', '#3b5bdb', '#9c36b5'];
const PANEL = { width: 380, height: 260, left: 62, top: 64, gap: 92 };
const WIDTH = 2 * PANEL.width + PANEL.gap + PANEL.left + 24;
const HEIGHT = PANEL.top + PANEL.height + 60;
const MEGA = 1e6;

/** Maps a value onto 0 to 1. */
type Scale = (value: number) => number;
interface Axis {
  scale: Scale;
  ticks: number[];
  text(tick: number): string;
}
interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  xTitle: string;
  at(row: CurveRow): [number, number];
}

export function drawCurve(rows: CurveRow[]): string {
  const sides = [...new Set(rows.map(({ side }) => side))];
  const megapixels = (side: number) => side ** 2 / MEGA;
  const threads = rows[0]!.threads;
  const time: Panel = {
    title: `Time of a picture in ms, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    x: { ...logarithmic(sides), ticks: sides, text: String },
    y: logarithmic(rows.map(({ ms }) => ms)),
    xTitle: 'side in pixels',
    at: ({ side, ms }) => [side, ms],
  };
  const memory: Panel = {
    title: 'Peak memory of the process in MiB',
    x: linear(sides.map(megapixels)),
    y: linear(rows.map(({ peakMiB }) => peakMiB)),
    xTitle: 'megapixels',
    at: ({ side, peakMiB }) => [megapixels(side), peakMiB],
  };
  const models = [...new Set(rows.map(({ model }) => model))];
  const legend = models.map((model, i) => `<g transform="translate(${PANEL.left + i * 200},22)"><path d="M0 0h22" stroke="${colour(i)}" stroke-width="2.5"/><text x="28" y="4">${model}</text></g>`);
  const panels = [time, memory].map((panel, i) => drawPanel(panel, models, rows, PANEL.left + i * (PANEL.width + PANEL.gap)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#374151">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...legend,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, x, y, xTitle, at }: Panel, models: string[], rows: CurveRow[], left: number): string {
  const across = (value: number) => round(x.scale(value) * PANEL.width);
  const down = (value: number) => round((1 - y.scale(value)) * PANEL.height);
  const grid = y.ticks.map((tick) => `<path d="M0 ${down(tick)}h${PANEL.width}" stroke="#e5e7eb"/><text x="-8" y="${down(tick) + 4}" text-anchor="end">${y.text(tick)}</text>`);
  const marks = x.ticks.map((tick) => `<text x="${across(tick)}" y="${PANEL.height + 20}" text-anchor="middle">${x.text(tick)}</text>`);
  const series = models.map((model, i) => {
    const points = rows.filter((row) => row.model === model).map(at).map(([a, b]) => [across(a), down(b)]);
    const dots = points.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3" fill="${colour(i)}"/>`).join('');
    return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colour(i)}" stroke-width="2.5"/>${dots}`;
  });
  const words = `<text y="-14" font-weight="600">${title}</text><text x="${PANEL.width / 2}" y="${PANEL.height + 42}" text-anchor="middle">${xTitle}</text>`;
  return `<g transform="translate(${left},${PANEL.top})">${[...grid, `<path d="M0 0V${PANEL.height}H${PANEL.width}" fill="none" stroke="#9ca3af"/>`, ...marks, ...series, words].join('\n')}</g>`;
}

/** From zero; a tick at 1, 2 or 5 times a power of ten, five or so in all. */
function linear(values: number[]): Axis {
  const most = Math.max(...values) * 1.05;
  const power = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => most / size <= 5)!;
  return { scale: (value) => value / most, ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step), text: short };
}

/** A tick at each power of ten inside. */
function logarithmic(values: number[]): Axis {
  const [least, most] = [Math.log10(Math.min(...values)) - 0.1, Math.log10(Math.max(...values)) + 0.1];
  const ticks = Array.from({ length: 12 }, (_, i) => 10 ** (i - 3)).filter((tick) => Math.log10(tick) >= least && Math.log10(tick) <= most);
  return { scale: (value) => (Math.log10(value) - least) / (most - least), ticks, text: short };
}

const colour = (index: number) => COLOURS[index % COLOURS.length]!;
const round = (value: number) => Math.round(value * 10) / 10;
const short = (tick: number) => String(Number(tick.toPrecision(3)));
