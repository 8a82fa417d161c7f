import type { DecodedWord } from './ctc';

export interface Word {
  text: string; // as it stands in its segment
  start: number; // seconds
  end: number;
  confidence: number; // probability that it was said, 0 to 1
}

export interface WordTiming {
  frameSeconds: number;
  emissionDelaySeconds: number; // by which the model tends to say a character late
  duration: number; // seconds: no word ends behind it
}

/** Frames become seconds, the model's delay taken off. */
export function timedWord({ text, start, end, confidence }: DecodedWord, timing: WordTiming): Word {
  return { text, start: frameTime(start, timing), end: frameTime(end, timing), confidence };
}

/** When a frame was spoken, in seconds. */
export function frameTime(frame: number, { frameSeconds, emissionDelaySeconds, duration }: WordTiming): number {
  return Math.min(duration, Math.max(0, frame * frameSeconds - emissionDelaySeconds));
}
