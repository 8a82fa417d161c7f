import type { Growth } from '../../contract/worker-messages';
import type { LiveSource } from './pipeline/context';

/** Hands what the serving process says of a growing recording to the pipeline that reads it. */
export class LiveGrowth implements LiveSource {
  private known: Growth = { samples: 0, ended: false };
  private wake: () => void = () => undefined;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  set(growth: Growth): void {
    this.known = growth;
    this.wake();
  }

  async beyond(samples: number): Promise<Growth> {
    for (;;) {
      this.signal.throwIfAborted();
      if (this.known.ended || this.known.samples > samples) return this.known;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
