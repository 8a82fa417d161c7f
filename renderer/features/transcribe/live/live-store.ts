/** Transcription while speaking: from the microphone over the sender to the serving process, whose text comes back as events. */
import { createStore } from 'zustand/vanilla';
import type { DeskJob } from '../../../../main/contract/desk';
import { resource } from '../../../../main/contract/resources';
import type { Bridge } from '../../../bridge/bridge';
import { reportOf } from '../../../bridge/check';
import type { EditDocument } from '../edit/document';
import { applyNews } from '../session/news';
import { openMicrophone, SAMPLE_RATE, type Microphone } from './microphone';
import { Sender } from './sender';

export interface LiveProblem {
  kind: 'denied' | 'none' | 'busy' | 'unsupported' | 'unplugged' | 'failed';
  message: string;
}

export interface LiveState {
  phase: 'idle' | 'starting' | 'recording' | 'paused' | 'stopping';
  document: EditDocument; // the text so far
  heard: number; // seconds that were recorded
  level: number; // 0 to 1, of the last piece
  behind: number; // seconds that wait to be sent
  device: string | null; // id of the chosen one
  problem: LiveProblem | null;
}

const EMPTY: EditDocument = { duration: 0, segments: [], nextId: 1 };
const SIGN_OF_LIFE = 20_000; // ms: a session from which nothing comes for a minute is ended
const QUIET = { phase: 'idle', document: EMPTY, heard: 0, level: 0, behind: 0 } as const;

export type LiveStore = ReturnType<typeof createLiveStore>;

export function createLiveStore(bridge: Bridge) {
  const store = createStore<LiveState>()(() => ({ ...QUIET, device: null, problem: null }));
  let session: string | null = null;
  let microphone: Microphone | null = null;
  let sender: Sender | null = null;
  let samples = 0;
  let attempt = 0; // a start that was given up changes nothing any more
  let resting: ReturnType<typeof setInterval> | undefined; // while paused

  bridge.on('live', ({ session: id, ...news }) => {
    if (id !== session) return;
    const document = applyNews(store.getState().document, news);
    if (document !== null) store.setState({ document });
  });
  bridge.on('liveEnded', ({ session: id, error }) => {
    if (id === session) void fail({ kind: 'failed', message: error });
  });

  function onSamples(piece: Float32Array): void {
    if (sender === null || store.getState().phase === 'paused') return;
    samples += piece.length;
    sender.push(piece);
    let sum = 0;
    for (const sample of piece) sum += sample * sample;
    const decibels = 10 * Math.log10(sum / Math.max(1, piece.length) + 1e-10);
    store.setState({ heard: samples / SAMPLE_RATE, level: Math.min(1, Math.max(0, 1 + decibels / 60)), behind: sender.behind / SAMPLE_RATE });
  }

  async function release(): Promise<void> {
    clearInterval(resting);
    const open = microphone;
    microphone = null;
    await open?.stop().catch(() => undefined);
  }

  async function fail(problem: LiveProblem): Promise<void> {
    attempt += 1;
    sender?.abandon();
    session = null;
    await release();
    store.setState({ ...QUIET, problem });
  }

  async function start(model?: string): Promise<void> {
    if (store.getState().phase !== 'idle') return;
    store.setState({ ...QUIET, phase: 'starting', problem: null });
    samples = 0;
    const own = ++attempt;
    try {
      let ready: (id: string) => void = () => undefined;
      const started = new Promise<string>((resolve) => (ready = resolve)); // what is said before the session is there waits in the sender
      sender = new Sender({
        send: async (piece) => void (await bridge.fetch(resource.live(await started), { method: 'POST', body: piece })),
        passing: (error) => reportOf(error).code === 'CONNECTION_LOST',
        onError: (error) => void fail({ kind: 'failed', message: reportOf(error).message }),
      });
      const opened = await openMicrophone(store.getState().device, { onSamples, onUnplugged: () => void unplugged() });
      if (own !== attempt) return void opened.stop();
      microphone = opened;
      const { session: id } = await bridge.call('live.start', model === undefined ? {} : { model });
      if (own !== attempt) return void bridge.call('live.discard', { session: id }).catch(() => undefined);
      session = id;
      ready(id);
      store.setState({ phase: 'recording' });
    } catch (error) {
      if (own === attempt) await fail(problemOf(error));
    }
  }

  /** What was said so far is kept. */
  async function unplugged(): Promise<void> {
    if (store.getState().phase !== 'recording' && store.getState().phase !== 'paused') return;
    await stop();
    store.setState({ problem: { kind: 'unplugged', message: '' } });
  }

  /** The desk's job of what was said; null when it failed. */
  async function stop(): Promise<DeskJob | null> {
    const id = session;
    if (id === null) return null;
    store.setState({ phase: 'stopping' });
    try {
      await release();
      await sender?.finish();
      if (session === null) return null; // it failed meanwhile
      const job = await bridge.call('live.stop', { session: id });
      session = null;
      store.setState({ ...QUIET });
      return job;
    } catch (error) {
      await fail({ kind: 'failed', message: reportOf(error).message });
      return null;
    }
  }

  async function discard(): Promise<void> {
    const id = session;
    attempt += 1;
    session = null;
    sender?.abandon();
    await release();
    store.setState({ ...QUIET });
    if (id !== null) await bridge.call('live.discard', { session: id }).catch(() => undefined);
  }

  function pause(paused: boolean): void {
    if (store.getState().phase !== (paused ? 'recording' : 'paused')) return;
    microphone?.setPaused(paused);
    clearInterval(resting);
    if (paused && session !== null) {
      const path = resource.live(session);
      resting = setInterval(() => void bridge.fetch(path, { method: 'POST', body: new Float32Array(0) }).catch(() => undefined), SIGN_OF_LIFE);
    }
    store.setState({ phase: paused ? 'paused' : 'recording', level: 0 });
  }

  window.addEventListener('pagehide', () => {
    if (session !== null) void bridge.call('live.stop', { session }).catch(() => undefined); // what was sent is kept
  });

  const choose = (device: string | null) => store.setState({ device });
  const dismiss = () => store.setState({ problem: null });
  return { store, start, stop, discard, pause, choose, dismiss };
}

export function problemOf(error: unknown): LiveProblem {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const kinds: Record<string, LiveProblem['kind']> = {
    NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'none', OverconstrainedError: 'none', NotReadableError: 'busy', NotSupportedError: 'unsupported',
  };
  return { kind: (error instanceof DOMException ? kinds[name] : undefined) ?? 'failed', message };
}
