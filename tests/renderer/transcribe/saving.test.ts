/** Text that streams in, and edits on their way to the desk. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskJob } from '../../../main/contract/desk';
import type { TranscriptNews } from '../../../main/contract/transcript';
import type { Segment, Transcript } from '../../../models/tasks/transcribe/segments';
import { BridgeError } from '../../../renderer/bridge/bridge';
import { fakeBridge } from '../../../renderer/bridge/fake/fake';
import { textOf } from '../../../renderer/features/transcribe/edit/document';
import { editText } from '../../../renderer/features/transcribe/edit/operations';
import { Session } from '../../../renderer/features/transcribe/session/session';

const segment = (start: number, text: string): Segment => ({ start, end: start + 1, text, words: text.split(' ').map((word) => ({ text: word, start, end: start + 1, confidence: 0.9 })) });
const texts = (session: Session) => session.document.segments.map(textOf);
const runs = { id: 'job', task: 'transcribe', state: 'running', edited: false } as DeskJob;

interface Write {
  method: string;
  text: string | null; // of the first segment
  answer(): void;
  refuse(): void;
}

/** A desk whose answers to writes are given by hand. */
async function opened(): Promise<{ session: Session; writes: Write[] }> {
  const writes: Write[] = [];
  const result: Transcript = { language: 'en', duration: 9, segments: [segment(0, 'one')] };
  const bridge = {
    ...fakeBridge(),
    fetch: (_path: string, { method = 'GET', body }: RequestInit = {}) =>
      method === 'GET'
        ? Promise.resolve(Response.json(result))
        : new Promise<Response>((resolve, reject) =>
            writes.push({
              method,
              text: body ? (JSON.parse(body as string) as Transcript).segments[0]!.text : null,
              answer: () => resolve(new Response()),
              refuse: () => reject(new BridgeError({ code: 'CONNECTION_LOST', message: '', hint: '' })),
            }),
          ),
  };
  const session = new Session(bridge, 'job');
  await session.open({ edited: false });
  return { session, writes };
}

const type = (session: Session, text: string) => session.apply(editText(session.document, 1, text));
const stateOf = (session: Session) => session.store.getState().saving;

describe('edits', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are saved once typing pauses', async () => {
    const { session, writes } = await opened();
    type(session, 'two');
    await vi.advanceTimersByTimeAsync(600);
    type(session, 'three');
    await vi.advanceTimersByTimeAsync(600);
    expect([writes.length, stateOf(session)]).toEqual([0, 'waiting']);
    await vi.advanceTimersByTimeAsync(200);
    expect(writes).toMatchObject([{ method: 'PUT', text: 'three' }]);
    writes[0]!.answer();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([writes.length, stateOf(session)]).toEqual([1, 'saved']);
  });

  it('made while others are saved follow after them, never beside them', async () => {
    const { session, writes } = await opened();
    type(session, 'two');
    await vi.advanceTimersByTimeAsync(800);
    type(session, 'three');
    await vi.advanceTimersByTimeAsync(800);
    expect(writes).toHaveLength(1);
    writes[0]!.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(writes.map(({ text }) => text)).toEqual(['two', 'three']);
    expect(stateOf(session)).toBe('waiting');
    writes[1]!.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(stateOf(session)).toBe('saved');
  });

  it('that could not be saved say so and are tried again', async () => {
    const { session, writes } = await opened();
    type(session, 'two');
    await vi.advanceTimersByTimeAsync(800);
    writes[0]!.refuse();
    await vi.advanceTimersByTimeAsync(10);
    expect(stateOf(session)).toBe('failed');
    await vi.advanceTimersByTimeAsync(5000);
    expect(writes).toHaveLength(2);
    writes[1]!.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(stateOf(session)).toBe('saved');
  });

  it('that were taken back leave nothing behind', async () => {
    const { session, writes } = await opened();
    type(session, 'two');
    session.undo();
    await vi.advanceTimersByTimeAsync(2000);
    expect([writes.length, stateOf(session)]).toEqual([0, 'saved']);
    session.redo();
    await vi.advanceTimersByTimeAsync(800);
    writes[0]!.answer();
    await vi.advanceTimersByTimeAsync(0);
    session.revert();
    await vi.advanceTimersByTimeAsync(800);
    expect(writes[1]).toMatchObject({ method: 'DELETE', text: null });
  });
});

describe('text that streams in', () => {
  function running(all: () => TranscriptNews) {
    const session = new Session(fakeBridge({ 'jobs.transcript': all }), 'job');
    return { session, follow: () => session.follow(runs) };
  }

  it('replaces from where it says; what stayed stays the same object', async () => {
    const { session, follow } = running(() => ({ from: 0, segments: [segment(0, 'one'), segment(1, 'tw')] }));
    await follow();
    const [first] = session.document.segments;
    session.receive({ from: 1, segments: [segment(1, 'two'), segment(2, 'three')] });
    expect(texts(session)).toEqual(['one', 'two', 'three']);
    expect(session.document.segments[0]).toBe(first);
    session.receive({ from: 2, segments: [] });
    expect(texts(session)).toEqual(['one', 'two']);
  });

  it('asks for all of it where something was missed', async () => {
    let known: Segment[] = [];
    const { session, follow } = running(() => ({ from: 0, segments: known }));
    await follow();
    known = [segment(0, 'one'), segment(1, 'two'), segment(2, 'three')];
    session.receive({ from: 2, segments: [segment(2, 'three')] });
    await vi.waitFor(() => expect(texts(session)).toEqual(['one', 'two', 'three']));
  });

  it('cannot be edited yet', async () => {
    const { session, follow } = running(() => ({ from: 0, segments: [segment(0, 'one')] }));
    await follow();
    expect(type(session, 'two')).toBe(false);
    session.edit(1);
    expect([texts(session), session.store.getState().editing]).toEqual([['one'], null]);
  });
});
