/** Runs on the audio thread: mixes the channels down and hands over pieces of 1/8 second or more. Sends on null: stop. */
interface Processor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: new () => Processor;
declare const registerProcessor: (name: string, processor: new () => Processor) => void;
declare const sampleRate: number;

const PIECE = Math.ceil(sampleRate / 8 / 128) * 128; // samples

class Capture extends AudioWorkletProcessor {
  private piece = new Float32Array(PIECE);
  private filled = 0;
  private ended = false;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.port.postMessage(this.piece.slice(0, this.filled));
      this.port.postMessage(null);
      this.ended = true;
    };
  }

  process([input]: Float32Array[][]): boolean {
    if (this.ended) return false;
    const channels = input ?? [];
    const length = channels[0]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i]!;
      this.piece[this.filled++] = sum / channels.length;
      if (this.filled < PIECE) continue;
      this.port.postMessage(this.piece, [this.piece.buffer]);
      this.piece = new Float32Array(PIECE); // the one handed over has no length any more
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('capture', Capture);
export {}; // a module: its names are its own
