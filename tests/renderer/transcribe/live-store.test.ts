/** The microphone must not stay open behind the user's back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeBridge } from '../../../renderer/bridge/fake/fake';
import { createLiveStore } from '../../../renderer/features/transcribe/live/live-store';
import type { Microphone } from '../../../renderer/features/transcribe/live/microphone';

let opening: Promise<Microphone>;
let give: (microphone: Microphone) => void;
let open = 0;
vi.mock('../../../renderer/features/transcribe/live/microphone', () => ({ SAMPLE_RATE: 16_000, openMicrophone: () => opening }));

const microphone: Microphone = { label: '', device: '', setPaused: () => undefined, stop: async () => void open-- };
const openNow = () => {
  open++;
  give(microphone);
};

describe('a recording that is discarded while it starts', () => {
  beforeEach(() => {
    vi.stubGlobal('window', { addEventListener: () => undefined });
    opening = new Promise((resolve) => (give = resolve));
    open = 0;
  });
  afterEach(() => vi.unstubAllGlobals());

  it('closes a microphone that opens after that', async () => {
    const bridge = fakeBridge();
    const live = createLiveStore(bridge);
    const starting = live.start();
    await live.discard();
    openNow();
    await starting;
    expect(open).toBe(0);
    expect(live.store.getState().phase).toBe('idle');
    expect(bridge.calls.map(({ name }) => name)).not.toContain('live.start');
  });

  it('discards a session that starts after that', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const bridge = fakeBridge({
      'live.start': async () => {
        await answered;
        return { session: 'late', sampleRate: 16_000, model: 'speech-en' };
      },
      'live.discard': () => ({}),
    });
    const live = createLiveStore(bridge);
    const starting = live.start();
    openNow();
    await vi.waitFor(() => expect(bridge.calls.map(({ name }) => name)).toContain('live.start'));
    await live.discard();
    answer();
    await starting;
    expect(open).toBe(0);
    expect(live.store.getState().phase).toBe('idle');
    expect(bridge.calls.find(({ name }) => name === 'live.discard')?.params).toEqual({ session: 'late' });
  });
});
