/** A transcript in the formats that people use. */
import { LINE_WIDTH, wrapLines } from './lines';
import type { Segment, Transcript } from './segments';

const SHORTEST = 1; // seconds that a subtitle stands at least, if the next one leaves room
const GAP = 0.08; // seconds between subtitles, two frames of film

/** One line a segment. */
export function toTxt({ segments }: Transcript): string {
  return segments.map(({ text }) => `${text}\n`).join('');
}

/** SubRip: numbered cues, comma before the milliseconds. */
export function toSrt(transcript: Transcript): string {
  return cues(transcript)
    .map(({ start, end, lines }, i) => `${i + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${lines.join('\n')}\n`)
    .join('\n');
}

/** WebVTT (W3C): header, full stop before the milliseconds, `&`, `<` and `>` escaped. */
export function toVtt(transcript: Transcript): string {
  const body = cues(transcript).map(({ start, end, lines }) => `\n${clock(start, '.')} --> ${clock(end, '.')}\n${escape(lines.join('\n'))}\n`);
  return `WEBVTT\n${body.join('')}`;
}

/** Everything that is known, with word times; milliseconds and three decimals of confidence are kept. */
export function toJson(transcript: Transcript): string {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  return `${JSON.stringify(transcript, rounded, 2)}\n`;
}

/** Times for reading: short segments stand longer where there is room, and each ends before the next begins. */
function cues({ segments, duration }: Transcript): { start: number; end: number; lines: string[] }[] {
  return segments.map(({ start, end, text }: Segment, i) => {
    const next = segments[i + 1]?.start;
    const limit = next === undefined ? Math.max(end, duration) : next - GAP;
    const wished = Math.max(end, start + SHORTEST);
    return { start, end: Math.max(start + 0.001, Math.min(wished, limit)), lines: wrapLines(text, LINE_WIDTH) };
  });
}

function clock(seconds: number, mark: ',' | '.'): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
