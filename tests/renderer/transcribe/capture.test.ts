import { afterAll, beforeAll, expect, it, vi } from 'vitest';

/** What the browser's audio thread gives the processor; messages are moved as a MessagePort moves them. */
class AudioThread {
  readonly got: (Float32Array | null)[] = [];
  readonly port: { onmessage: () => void; postMessage(message: Float32Array | null, transfer?: Transferable[]): void } = {
    onmessage: () => undefined,
    postMessage: (message, transfer = []) => void this.got.push(structuredClone(message, { transfer })),
  };
}
type Processor = AudioThread & { process(inputs: Float32Array[][]): boolean };
let Capture: new () => Processor;

beforeAll(async () => {
  vi.stubGlobal('AudioWorkletProcessor', AudioThread);
  vi.stubGlobal('sampleRate', 16_000);
  vi.stubGlobal('registerProcessor', (_name: string, processor: typeof Capture) => (Capture = processor));
  await import('../../../renderer/features/transcribe/live/capture-worklet');
});
afterAll(() => void vi.unstubAllGlobals());

it('hands over every sample once, in pieces of an eighth of a second, the channels mixed', () => {
  const capture = new Capture();
  for (let quantum = 0; quantum < 100; quantum++) {
    const left = Float32Array.from({ length: 128 }, (_, i) => quantum * 128 + i);
    expect(capture.process([[left, left.map((value) => value + 2)]])).toBe(true);
  }
  expect(capture.process([[]])).toBe(true); // no sound yet
  capture.port.onmessage();
  expect(capture.process([[new Float32Array(128)]])).toBe(false);
  expect(capture.got.at(-1)).toBeNull();
  const pieces = capture.got.slice(0, -1) as Float32Array[];
  expect(pieces.map(({ length }) => length)).toEqual([2048, 2048, 2048, 2048, 2048, 2048, 512]);
  expect(pieces.flatMap((piece) => [...piece])).toEqual(Array.from({ length: 12_800 }, (_, i) => i + 1));
});
