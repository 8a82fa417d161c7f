/**
 * Sends sound in order: one request under way, what comes meanwhile goes with the next. Nothing is dropped; who calls looks at `behind`.
 * A lost connection is tried again with the same piece, any other error ends it.
 */
export interface SenderOptions {
  send(piece: Float32Array<ArrayBuffer>): Promise<void>;
  /** Whether an error may pass by itself. */
  passing(error: unknown): boolean;
  onError(error: unknown): void;
  wait?(ms: number): Promise<void>;
}

const MOST = 16_000 * 5; // samples in a request
const LEAST = 16_000 / 4; // samples until a request is worth it
const TRIES = 20;

export class Sender {
  private pending: Float32Array[] = [];
  private waiting = 0; // samples in pending and under way
  private running: Promise<void> | null = null;
  private closed = false;
  private draining = false;

  constructor(private readonly options: SenderOptions) {}

  /** Samples that were not received yet. */
  get behind(): number {
    return this.waiting;
  }

  push(samples: Float32Array): void {
    if (this.closed || samples.length === 0) return;
    this.pending.push(samples);
    this.waiting += samples.length;
    this.pump();
  }

  /** Sends all that is left. */
  async finish(): Promise<void> {
    this.draining = true;
    this.pump();
    while (this.running !== null) await this.running;
    this.closed = true;
  }

  abandon(): void {
    this.closed = true;
    this.pending = [];
    this.waiting = 0;
  }

  private pump(): void {
    if (this.running !== null || this.closed || this.pending.length === 0) return;
    if (!this.draining && this.waiting < LEAST) return;
    this.running = this.deliver(this.take()).finally(() => {
      this.running = null;
      this.pump();
    });
  }

  private async deliver(piece: Float32Array<ArrayBuffer>): Promise<void> {
    const wait = this.options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
    for (let attempt = 1; !this.closed; attempt++) {
      try {
        await this.options.send(piece);
        this.waiting = Math.max(0, this.waiting - piece.length);
        return;
      } catch (error) {
        if (this.closed) return;
        if (!this.options.passing(error) || attempt >= TRIES) {
          this.abandon();
          this.options.onError(error);
          return;
        }
        await wait(Math.min(2000, 100 * 2 ** attempt));
      }
    }
  }

  private take(): Float32Array<ArrayBuffer> {
    let length = 0;
    let count = 0;
    while (count < this.pending.length && (count === 0 || length + this.pending[count]!.length <= MOST)) length += this.pending[count++]!.length;
    const piece = new Float32Array(length);
    let at = 0;
    for (const part of this.pending.splice(0, count)) {
      piece.set(part, at);
      at += part.length;
    }
    return piece;
  }
}
