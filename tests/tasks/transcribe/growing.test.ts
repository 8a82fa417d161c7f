import { expect, it } from 'vitest';
import type { DecodedWord } from '../../../models/tasks/transcribe/ctc';
import { GrowingTranscript } from '../../../models/tasks/transcribe/growing';
import { segmentWords, type Segment } from '../../../models/tasks/transcribe/segments';
import { SilenceGuard } from '../../../models/tasks/transcribe/silence';
import { timedWord } from '../../../models/tasks/transcribe/words';
import { Random } from '../../support/random';

const FRAME = 320; // samples
const timing = { frameSeconds: 0.02, emissionDelaySeconds: 0.04 };

/** Sound that comes and goes, and words and pauses by chance; some words fall into the silence. */
function speech(frames: number, pauses: number) {
  const source = new Random(7);
  const random = () => source.next();
  const pcm = new Float32Array(frames * FRAME);
  const words: DecodedWord[] = [];
  for (let frame = 0; frame < frames; ) {
    const loud = random() < 0.7;
    const until = Math.min(frames, frame + 10 + Math.floor(random() * 60));
    for (let i = frame * FRAME; loud && i < until * FRAME; i++) pcm[i] = 0.5 * (random() - 0.5) * ((i >> 9) % 2);
    for (; frame < until; frame += 5 + Math.floor(random() * 5) + (random() < pauses ? 40 : 0)) {
      if (frame + 4 < until) words.push({ text: 'word', start: frame, end: frame + 4, confidence: 0.9 });
    }
    frame = Math.max(frame, until);
  }
  return { pcm, words };
}

/** Feeds both frame by frame, the words 24 frames late and first as pending ones. */
function grow({ pcm, words }: ReturnType<typeof speech>, every: number) {
  const guard = new SilenceGuard(16000, 0.02);
  const growing = new GrowingTranscript(guard, timing);
  const frames = pcm.length / FRAME;
  const shown: Segment[] = [];
  let stable = 0;
  let sent = 0;
  let next = 0;
  for (let frame = 0; frame < frames; frame++) {
    guard.push(pcm.subarray(frame * FRAME, (frame + 1) * FRAME));
    while (next < words.length && words[next]!.end <= frame - 24) growing.add([words[next++]!]);
    if (frame % every !== 0) continue;
    const news = growing.news((frame + 1) * 0.02, words.slice(next, next + 2).filter(({ end }) => end <= frame));
    if (!news) continue;
    expect(news.from).toBeGreaterThanOrEqual(stable);
    stable = news.from;
    sent += news.segments.length;
    shown.splice(news.from, Infinity, ...news.segments);
  }
  growing.add(words.slice(next));
  guard.finish();
  return { transcript: growing.finish(frames * 0.02), shown, stable, sent };
}

function allAtOnce({ pcm, words }: ReturnType<typeof speech>) {
  const guard = new SilenceGuard(16000, 0.02);
  guard.push(pcm);
  guard.finish();
  return segmentWords(words.filter((word) => guard.keeps(word)).map((word) => timedWord(word, { ...timing, duration: (pcm.length / FRAME) * 0.02 })));
}

it.each([1, 7, 400])('ends as all words together, and what it settled on the way stays (news every %i frames)', (every) => {
  const sound = speech(6000, 0.03);
  const expected = allAtOnce(sound);
  const { transcript, shown, stable } = grow(sound, every);
  expect(expected.length).toBeGreaterThan(20);
  expect(transcript.segments).toEqual(expected);
  expect(stable).toBeGreaterThan(expected.length / 2);
  expect(shown.slice(0, stable)).toEqual(expected.slice(0, stable));
});

it('sends an amount in proportion to the recording, with pauses and without any', () => {
  for (const pauses of [0.03, 0]) {
    const [short, long] = [3000, 24_000].map((frames) => grow(speech(frames, pauses), 5).sent);
    expect(long! / short!).toBeLessThan(16);
  }
});

it('has no news of nothing', () => {
  expect(new GrowingTranscript(new SilenceGuard(16000, 0.02), timing).news(1)).toBeUndefined();
});
