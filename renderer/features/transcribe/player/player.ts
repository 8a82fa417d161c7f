/** Plays one recording through an <audio> element. State that changes seldom is in the store; who draws each frame listens with `onTime`. */
import { createStore } from 'zustand/vanilla';
import { resource } from '../../../../main/contract/resources';
import type { Bridge } from '../../../bridge/bridge';

export interface Span {
  start: number; // seconds
  end: number;
}

export interface PlayerState {
  file: string | null;
  playing: boolean;
  rate: number;
  loop: Span | null;
  follow: boolean; // the transcript and the timeline keep to the playhead
  failed: boolean; // neither the file nor its WAV can be played
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

export class Player {
  readonly store = createStore<PlayerState>()(() => ({ file: null, playing: false, rate: 1, loop: null, follow: true, failed: false }));
  private readonly audio = new Audio();
  private readonly listeners = new Set<(time: number) => void>();
  private frame = 0;
  private converted = false; // the WAV is played

  constructor(private readonly bridge: Bridge) {
    this.audio.preload = 'metadata';
    this.audio.preservesPitch = true;
    this.audio.addEventListener('play', () => this.start());
    this.audio.addEventListener('pause', () => this.stop());
    this.audio.addEventListener('seeked', () => this.tell());
    this.audio.addEventListener('error', () => this.fallBack());
  }

  get time(): number {
    return this.audio.currentTime;
  }

  onTime(listener: (time: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  load(file: string | null): void {
    if (file === this.store.getState().file) return;
    this.audio.pause();
    this.converted = false;
    this.store.setState({ file, playing: false, loop: null, failed: false });
    if (file === null) this.audio.removeAttribute('src');
    else this.source(resource.media(file));
    this.audio.load();
    this.tell();
  }

  toggle(): void {
    if (!this.audio.paused) return this.audio.pause();
    const { loop } = this.store.getState();
    if (loop !== null && (this.time < loop.start || this.time >= loop.end)) this.seek(loop.start);
    void this.audio.play().catch(() => undefined); // an error has its own event
  }

  pause(): void {
    this.audio.pause();
  }

  seek(time: number): void {
    const end = Number.isFinite(this.audio.duration) ? this.audio.duration : Infinity;
    this.audio.currentTime = Math.min(Math.max(0, time), end);
    const { loop } = this.store.getState();
    if (loop !== null && (time < loop.start || time > loop.end)) this.store.setState({ loop: null });
    this.tell();
  }

  setRate(rate: number): void {
    this.audio.defaultPlaybackRate = rate; // stays through a change of the source
    this.audio.playbackRate = rate;
    this.store.setState({ rate });
  }

  setLoop(loop: Span | null): void {
    this.store.setState({ loop });
    if (loop !== null && (this.time < loop.start || this.time >= loop.end)) this.seek(loop.start);
  }

  private source(path: string): void {
    this.audio.src = this.bridge.url(path);
    this.audio.playbackRate = this.store.getState().rate;
  }

  /** What the browser cannot play itself comes as WAV. */
  private fallBack(): void {
    const { file, playing } = this.store.getState();
    if (file === null) return;
    if (this.converted) {
      this.store.setState({ failed: true, playing: false });
      return;
    }
    this.converted = true;
    const time = this.time;
    this.source(resource.sound(file));
    this.audio.currentTime = time;
    if (playing) void this.audio.play().catch(() => undefined);
  }

  private start(): void {
    this.store.setState({ playing: true });
    cancelAnimationFrame(this.frame);
    const step = () => {
      const { loop } = this.store.getState();
      if (loop !== null && this.time >= loop.end) this.audio.currentTime = loop.start;
      this.tell();
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  private stop(): void {
    cancelAnimationFrame(this.frame);
    this.store.setState({ playing: false });
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.time);
  }
}
