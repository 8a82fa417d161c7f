import type { EventBody, EventName, Handlers } from '../contract/api';

/** Whether something runs, told by the events that everyone sees: for keep-awake, and the question before quitting. */
export class Busy {
  private readonly running = new Set<string>();
  private readonly listeners = new Set<(busy: boolean) => void>();

  get value(): boolean {
    return this.running.size > 0;
  }

  observe<Name extends EventName>(event: Name, body: EventBody<Name>): void {
    const is = <Other extends EventName>(name: Other, value: unknown): value is EventBody<Other> => event === (name as EventName) && value !== undefined;
    if (is('job', body)) this.mark(`job ${body.id}`, body.state === 'queued' || body.state === 'running');
    if (is('removed', body)) this.mark(`job ${body.job}`, false);
    if (is('batch', body)) this.mark(`batch ${body.id}`, body.state === 'scanning' || body.state === 'running');
    if (is('batchRemoved', body)) this.mark(`batch ${body.batch}`, false);
    if (is('liveEnded', body)) this.mark(`live ${body.session}`, false);
  }

  mark(what: string, runs: boolean): void {
    const before = this.value;
    if (runs) this.running.add(what);
    else this.running.delete(what);
    if (this.value !== before) for (const listener of [...this.listeners]) listener(this.value);
  }

  onChange(listener: (busy: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

/** A live session runs from its start until somebody ends it, or the child does. */
export function noticingLive(busy: Busy, handlers: Handlers): Handlers {
  const ending = <Params extends { session: string }, Result>(end: (params: Params) => Promise<Result>) => (params: Params) => end(params).finally(() => busy.mark(`live ${params.session}`, false));
  return {
    ...handlers,
    'live.start': async (params) => {
      const started = await handlers['live.start'](params);
      busy.mark(`live ${started.session}`, true);
      return started;
    },
    'live.stop': ending(handlers['live.stop']),
    'live.discard': ending(handlers['live.discard']),
  };
}
