/** CSV read back by an own parser, DOCX by opening its archive. */
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readingClock } from '../../../models/tasks/transcribe/clock';
import { toCsv } from '../../../models/tasks/transcribe/csv';
import { toDocx } from '../../../models/tasks/transcribe/docx';
import type { Segment, Transcript } from '../../../models/tasks/transcribe/segments';

const segment = (start: number, end: number, text: string, confidence?: number): Segment => ({
  start, end, text, words: confidence === undefined ? [] : [{ text, start, end, confidence }],
});
const transcript = (...segments: Segment[]): Transcript => ({ language: 'en', duration: 4000, segments });

/** Quoted cells, doubled quotes, CRLF: RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/g;
  for (const [, quoted, plain, end] of text.matchAll(cells)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('CSV', () => {
  it('has a row a segment, whatever the text', () => {
    const rows = parseCsv(toCsv(transcript(segment(0, 1.5, 'He said "no", twice\nand left', 0.5), segment(3599.9994, 3600, '中文'))));
    expect(rows).toEqual([
      ['number', 'start', 'end', 'confidence', 'text'],
      ['1', '0.000', '1.500', '0.500', 'He said "no", twice\nand left'],
      ['2', '3599.999', '3600.000', '', '中文'],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('no spreadsheet runs %j', (text) => {
    expect(parseCsv(toCsv(transcript(segment(0, 1, text))))[1]![4]).toBe(`'${text}`);
  });

  it('leaves signs inside a text alone, and no segments give the header', () => {
    expect(parseCsv(toCsv(transcript(segment(0, 1, 'a = b - c'))))[1]![4]).toBe('a = b - c');
    expect(toCsv(transcript())).toBe('number,start,end,confidence,text\r\n');
  });
});

describe('DOCX', () => {
  const textOf = async (source: Transcript, title?: string) => {
    const files = unzipSync(await toDocx(source, title));
    expect(Object.keys(files)).toContain('[Content_Types].xml');
    return strFromU8(files['word/document.xml']!);
  };

  it('holds title, times and text', async () => {
    const xml = await textOf(transcript(segment(65, 66, 'Fish & <chips>'), segment(3725.9, 3726, 'Ñandú 中文')), 'Talk.wav');
    expect([...xml.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, text]) => text)).toEqual(['Talk.wav', '1:06:40', '0:01:05', 'Fish &amp; &lt;chips&gt;', '1:02:05', 'Ñandú 中文']);
  });

  it('leaves out what XML cannot hold', async () => {
    const xml = await textOf(transcript(segment(0, 1, 'a\u0000b\u0008c\uFFFE')));
    expect(xml).toContain('abc');
  });

  it('takes a recording without speech', async () => expect(await textOf(transcript())).toContain('Transcript'));
});

it.each([
  [0, 10, false, '0:00'], [65.99, 100, false, '1:05'], [65.99, 3600, false, '0:01:05'], [7325, 9000, false, '2:02:05'], [-1, 10, false, '0:00'], [1.3, 10, true, '0:01.3'], [59.999, 60, true, '0:59.9'],
])('readingClock(%d, %d, %s) is %s', (seconds, duration, tenths, text) => expect(readingClock(seconds, duration, tenths)).toBe(text));
