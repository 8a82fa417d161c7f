import { expect, it } from 'vitest';
import type { CtcToken } from '../../../models/tasks/transcribe/ctc';
import { GrowingTranscript } from '../../../models/tasks/transcribe/growing';
import { segmentWords, type Segment } from '../../../models/tasks/transcribe/segments';
import { SilenceGuard } from '../../../models/tasks/transcribe/silence';
import { wordsFromTokens } from '../../../models/tasks/transcribe/words';
import { Random } from '../../support/random';

const FRAME = 320; // samples
const options = { vocabulary: ['', ' ', 'A', 'B'], frameSeconds: 0.02, emissionDelaySeconds: 0.04 };

/** Sound that comes and goes, and letters, spaces and pauses by chance; some letters fall into the silence. */
function speech(frames: number, pauses: number) {
  const source = new Random(7);
  const random = () => source.next();
  const pcm = new Float32Array(frames * FRAME);
  const tokens: CtcToken[] = [];
  for (let frame = 0; frame < frames; ) {
    const loud = random() < 0.7;
    const until = Math.min(frames, frame + 10 + Math.floor(random() * 60));
    for (let i = frame * FRAME; loud && i < until * FRAME; i++) pcm[i] = 0.5 * (random() - 0.5) * ((i >> 9) % 2);
    for (; frame < until; frame += 2 + Math.floor(random() * 3) + (random() < pauses ? 40 : 0)) {
      if (frame + 1 < until) tokens.push({ symbol: 1 + Math.floor(random() * 3), start: frame, end: frame + 1, confidence: 0.9 });
    }
    frame = Math.max(frame, until);
  }
  return { pcm, tokens };
}

/** Feeds both frame by frame, the tokens 24 frames late. */
function grow({ pcm, tokens }: ReturnType<typeof speech>, every: number) {
  const guard = new SilenceGuard(16000, 0.02);
  const growing = new GrowingTranscript(guard, options);
  const frames = pcm.length / FRAME;
  const shown: Segment[] = [];
  let stable = 0;
  let sent = 0;
  let next = 0;
  for (let frame = 0; frame < frames; frame++) {
    guard.push(pcm.subarray(frame * FRAME, (frame + 1) * FRAME));
    while (next < tokens.length && tokens[next]!.end <= frame - 24) growing.add([tokens[next++]!]);
    if (frame % every !== 0) continue;
    const news = growing.news((frame + 1) * 0.02);
    if (!news) continue;
    expect(news.from).toBeGreaterThanOrEqual(stable);
    stable = news.from;
    sent += news.segments.length;
    shown.splice(news.from, Infinity, ...news.segments);
  }
  growing.add(tokens.slice(next));
  guard.finish();
  return { transcript: growing.finish(frames * 0.02), shown, stable, sent };
}

function allAtOnce({ pcm, tokens }: ReturnType<typeof speech>) {
  const guard = new SilenceGuard(16000, 0.02);
  guard.push(pcm);
  return segmentWords(wordsFromTokens(guard.keep(tokens), { ...options, duration: (pcm.length / FRAME) * 0.02 }));
}

it.each([1, 7, 400])('ends as all tokens together, and what it settled on the way stays (news every %i frames)', (every) => {
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
  expect(new GrowingTranscript(new SilenceGuard(16000, 0.02), options).news(1)).toBeUndefined();
});
