import { describe, expect, it } from 'vitest';
import { wrapLines } from '../../../models/tasks/transcribe/lines';
import { segmentWords, type Transcript } from '../../../models/tasks/transcribe/segments';
import { toJson, toSrt, toTxt, toVtt } from '../../../models/tasks/transcribe/subtitles';
import { timedWord, type Word } from '../../../models/tasks/transcribe/words';
import { Random } from '../../support/random';

/** Words of `letters` at 0.25 s each, with the pauses given before them. */
function spoken(text: string, pauses: Record<number, number> = {}): Word[] {
  let at = 0;
  return text.split(' ').map((word, i) => {
    at += pauses[i] ?? 0.05;
    const start = at;
    at += 0.25;
    return { text: word, start, end: at, confidence: 0.9 };
  });
}

function transcript(words: Word[], duration = 60): Transcript {
  return { language: 'en', duration, segments: segmentWords(words) };
}

describe('timedWord', () => {
  it('times less the model\'s delay, within the recording', () => {
    const timing = { frameSeconds: 0.02, emissionDelaySeconds: 0.1, duration: 1.23 };
    expect(timedWord({ text: 'a', start: 3, end: 22, confidence: 0.5 }, timing)).toEqual({ text: 'a', start: 0, end: expect.closeTo(0.34), confidence: 0.5 });
    expect(timedWord({ text: 'a', start: 60, end: 80, confidence: 0.5 }, timing)).toMatchObject({ start: expect.closeTo(1.1), end: 1.23 });
  });
});

describe('segmentWords', () => {
  it('cuts at pauses of 0.6 s and writes a sentence between two of them', () => {
    const words = spoken("I think I'm in London but hi is I'll ok", { 5: 0.61, 7: 0.59 });
    const segments = segmentWords(words);
    expect(segments.map(({ text }) => text)).toEqual(["I think I'm in London.", "But hi is I'll ok."]);
    expect(segments[1]).toMatchObject({ start: expect.closeTo(2.11), words: expect.arrayContaining([expect.objectContaining({ text: 'But' }), expect.objectContaining({ text: 'ok.' })]) });
    expect(segmentWords(words, false).map(({ text }) => text)).toEqual(["I think I'm in London.", "But hi is I'll ok"]);
  });

  it('a long stretch is cut so that each part fits two lines and seven seconds, at the longest pause near the middle', () => {
    const random = new Random(9);
    const words = spoken(Array.from({ length: 400 }, () => 'LETTERSXYZ'.slice(0, 1 + random.below(10))).join(' '), Object.fromEntries(Array.from({ length: 400 }, (_, i) => [i, random.next() * 0.5])));
    const segments = segmentWords(words);
    expect(segments.flatMap((segment) => segment.words).map(({ start, end }) => [start, end])).toEqual(words.map(({ start, end }) => [start, end]));
    expect(segments.map(({ text }) => text).join(' ')).toBe(`${words.map(({ text }) => text).join(' ')}.`); // one sentence
    for (const { start, end, text } of segments) {
      expect(end - start).toBeLessThanOrEqual(7);
      expect(wrapLines(text, 42).length).toBeLessThanOrEqual(2);
    }
    const [first] = segmentWords(spoken(Array(24).fill('WORD').join(' '), { 11: 0.5 }));
    expect(first!.words.length).toBe(11);
  });

  it('a single endless word is one segment', () => {
    expect(segmentWords([{ text: 'A'.repeat(500), start: 0, end: 30, confidence: 1 }])).toHaveLength(1);
  });
});

describe('wrapLines', () => {
  it.each([
    ['short', ['short']],
    ['and so my fellow americans ask not what your country', ['and so my fellow americans', 'ask not what your country']],
    ['', ['']],
  ])('%j', (text, lines) => expect(wrapLines(text, 42)).toEqual(lines));
});

describe('subtitles', () => {
  const two = transcript([...spoken('and so my fellow Americans ask not what your country'), { text: 'hi', start: 3599.9996, end: 3600.1, confidence: 0.5 }], 3602);

  it('SRT', () => {
    expect(toSrt(two)).toBe(
      '1\n00:00:00,050 --> 00:00:03,000\nAnd so my fellow Americans\nask not what your country.\n\n2\n01:00:00,000 --> 01:00:01,000\nHi.\n',
    );
  });

  it('WebVTT, with escapes', () => {
    expect(toVtt(two)).toBe(
      'WEBVTT\n\n00:00:00.050 --> 00:00:03.000\nAnd so my fellow Americans\nask not what your country.\n\n01:00:00.000 --> 01:00:01.000\nHi.\n',
    );
    const odd: Transcript = { language: 'en', duration: 2, segments: [{ start: 0, end: 1, text: 'a < b & c --> d', words: [] }] };
    expect(toVtt(odd)).toContain('a &lt; b &amp; c --&gt; d');
  });

  it('TXT and JSON', () => {
    expect(toTxt(two)).toBe('And so my fellow Americans ask not what your country.\nHi.\n');
    const parsed = JSON.parse(toJson(two)) as Transcript;
    expect(parsed.segments[1]).toEqual({ start: 3600, end: 3600.1, text: 'Hi.', words: [{ text: 'Hi.', start: 3600, end: 3600.1, confidence: 0.5 }] });
    expect(parsed).toMatchObject({ language: 'en', duration: 3602 });
  });

  it('silence', () => {
    const nothing = transcript([]);
    expect([toTxt(nothing), toSrt(nothing), toVtt(nothing)]).toEqual(['', '', 'WEBVTT\n']);
    expect(JSON.parse(toJson(nothing))).toEqual({ language: 'en', duration: 60, segments: [] });
  });

  it('cues never overlap and never end before they begin', () => {
    const random = new Random(4);
    let at = 0;
    const words = Array.from({ length: 300 }, () => {
      const start = (at += random.next() * 1.5);
      at += random.next() * 0.4;
      return { text: 'WORD', start, end: at, confidence: 1 };
    });
    const times = [...toSrt(transcript(words, at)).matchAll(/(\d+):(\d+):(\d+),(\d+)/g)].map(([, h, m, s, ms]) => ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms));
    expect(times.length).toBeGreaterThan(100);
    for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!, `time ${i}`).toBeGreaterThanOrEqual(i % 2 === 1 ? 1 : 0);
  });
});
