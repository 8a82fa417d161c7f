import { describe, expect, it } from 'vitest';
import { Sender, type SenderOptions } from '../../../renderer/features/transcribe/live/sender';

const PIECE = 4000; // samples: what is worth a request

/** Numbers every sample, so that order and loss show. */
function counter() {
  let next = 0;
  return (length: number) => Float32Array.from({ length }, () => next++);
}

/** A receiver that answers when told to. */
function setup(options: Partial<SenderOptions> = {}) {
  const requests: { piece: Float32Array; answer: () => void; refuse: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const waits: number[] = [];
  const sender = new Sender({
    send: (piece) => new Promise((resolve, reject) => requests.push({ piece, answer: resolve, refuse: reject })),
    passing: (error) => (error as Error).message === 'lost',
    onError: (error) => errors.push(error),
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    ...options,
  });
  return { sender, requests, errors, waits };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const samplesOf = (requests: { piece: Float32Array }[]) => requests.flatMap(({ piece }) => [...piece]);

describe('sending sound', () => {
  it('one request at a time, in order; what comes meanwhile goes together', async () => {
    const sound = counter();
    const { sender, requests } = setup();
    sender.push(sound(PIECE - 1));
    expect(requests).toHaveLength(0); // not worth it yet
    sender.push(sound(1));
    for (let i = 0; i < 5; i++) sender.push(sound(1000));
    expect(requests).toHaveLength(1);
    expect(sender.behind).toBe(PIECE + 5000);
    requests[0]!.answer();
    await settle();
    expect(requests.map(({ piece }) => piece.length)).toEqual([PIECE, 5000]);
    requests[1]!.answer();
    await settle();
    expect(sender.behind).toBe(0);
    expect(samplesOf(requests)).toEqual(Array.from({ length: PIECE + 5000 }, (_, i) => i));
  });

  it('a slow receiver holds nothing up: the backlog goes in pieces of at most five seconds, and nothing is lost', async () => {
    const sound = counter();
    const { sender, requests } = setup();
    for (let i = 0; i < 120; i++) sender.push(sound(2000)); // 15 s
    expect(sender.behind).toBe(240_000);
    for (let i = 0; i < requests.length; i++) {
      requests[i]!.answer();
      await settle();
    }
    expect(Math.max(...requests.map(({ piece }) => piece.length))).toBe(80_000);
    expect(samplesOf(requests)).toEqual(Array.from({ length: 240_000 }, (_, i) => i));
  });

  it('a lost connection is tried again with the same piece, more slowly each time', async () => {
    const sound = counter();
    const { sender, requests, errors, waits } = setup();
    sender.push(sound(PIECE));
    for (let i = 0; i < 7; i++) {
      requests[i]!.refuse(new Error('lost'));
      await settle();
    }
    sender.push(sound(PIECE));
    requests[7]!.answer();
    await settle();
    expect(new Set(requests.slice(0, 8).map(({ piece }) => piece)).size).toBe(1);
    expect(requests[8]!.piece[0]).toBe(PIECE);
    expect(waits).toEqual([200, 400, 800, 1600, 2000, 2000, 2000]);
    expect(errors).toEqual([]);
  });

  it('gives up in the end, and at once where it is no use', async () => {
    const always = setup({ send: () => Promise.reject(new Error('lost')) });
    always.sender.push(counter()(PIECE));
    await settle();
    expect(always.waits).toHaveLength(19);
    expect(always.errors).toEqual([new Error('lost')]);
    const { sender, requests, errors, waits } = setup();
    sender.push(counter()(PIECE));
    requests[0]!.refuse(new Error('disk full'));
    await settle();
    expect([errors, waits, sender.behind]).toEqual([[new Error('disk full')], [], 0]);
    sender.push(counter()(PIECE));
    expect(requests).toHaveLength(1);
  });

  it('finish waits for the last sample, however few are left', async () => {
    const sound = counter();
    const { sender, requests } = setup();
    sender.push(sound(PIECE));
    sender.push(sound(3));
    let finished = false;
    const end = sender.finish().then(() => (finished = true));
    await settle();
    expect(finished).toBe(false);
    requests[0]!.answer();
    await settle();
    expect(requests[1]!.piece).toHaveLength(3);
    expect(finished).toBe(false);
    requests[1]!.answer();
    await end;
    sender.push(sound(PIECE));
    expect(requests).toHaveLength(2);
  });

  it('after giving up by hand an answer changes nothing', async () => {
    const { sender, requests, errors } = setup();
    sender.push(counter()(PIECE));
    sender.abandon();
    requests[0]!.refuse(new Error('lost'));
    await settle();
    expect([requests.length, errors, sender.behind]).toEqual([1, [], 0]);
  });
});
