import type { EventBody, EventName } from '../../main/contract/api';
import { eventBody, isEventName } from './check';

type Listener = (body: never) => void;

/** Listeners by event name; an event that does not fit the contract reaches none of them. */
export class EventListeners {
  readonly #byName = new Map<EventName, Set<Listener>>();

  on<Name extends EventName>(name: Name, listener: (body: EventBody<Name>) => void): () => void {
    const set = this.#byName.get(name) ?? new Set<Listener>();
    this.#byName.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  /** False for an event that the contract does not have, or whose body does not fit. */
  emit(name: string, body: unknown): boolean {
    if (!isEventName(name)) return false;
    const checked = eventBody(name, body);
    if (checked === undefined) return false;
    for (const listener of [...(this.#byName.get(name) ?? [])]) listener(checked as never);
    return true;
  }
}

/** Whether the other side answers, and who wants to know. */
export class Connection {
  readonly #listeners = new Set<(connected: boolean) => void>();
  connected: boolean;

  constructor(connected: boolean) {
    this.connected = connected;
  }

  on(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells also a repeated `false`: an attempt failed again. */
  set(connected: boolean): void {
    this.connected = connected;
    for (const listener of [...this.#listeners]) listener(connected);
  }
}
