import type { FloatTensor, Run } from '../../../../models/tasks/enhance/stream';
import type { LoadedModel } from './context';

const EVERY_MS = 250;

/** Counts the samples that have come out of a model of sound, and tells which part of the recording is done, where its length is known. */
export class SoundProgress {
  samples = 0;

  constructor(
    private readonly total = 0, // not known
    private readonly tell: (fraction: number) => void = () => undefined,
  ) {}

  add(samples: number): void {
    this.samples += samples;
    this.within(0, 0);
  }

  /** `part` of what the next `coming` samples take is done. */
  within(part: number, coming: number): void {
    if (this.total > 0) this.tell(Math.min(1, (this.samples + part * Math.min(coming, this.total - this.samples)) / this.total));
  }
}

/**
 * Runs a model of sound. One that hears windows takes seconds for each: which part of it is done is told by the calls of our operators, of which the model knows how many there
 * will be. Portable sessions do not count them.
 */
export function soundRun({ session, built: { windows } }: LoadedModel, signal: AbortSignal, progress: SoundProgress): Run {
  return async (feeds) => {
    const before = session.calls;
    const watch = () => windows && progress.within((session.calls! - before!) / windows.calls(feeds['pcm']!.data.length), windows.longest - windows.overlap);
    const timer = before === undefined ? undefined : setInterval(watch, EVERY_MS);
    try {
      return (await session.run(feeds, { signal })) as Record<string, FloatTensor>;
    } finally {
      clearInterval(timer);
    }
  };
}
