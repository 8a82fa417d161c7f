/** What must not be lost between a transcript of the window and the desk. */
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../renderer/bridge/bridge';
import { fakeBridge } from '../../../renderer/bridge/fake/fake';
import { toTranscript } from '../../../renderer/features/transcribe/edit/document';
import { Session } from '../../../renderer/features/transcribe/session/session';

const saying = (text: string) => ({ language: 'en', duration: 2, segments: [{ start: 0, end: 1, text, words: text.split(' ').map((word) => ({ text: word, start: 0, end: 1, confidence: 0.9 })) }] });
const result = saying('hello');
const edited = saying('hello there');

function desk(answer: (part: string, method: string) => object | BridgeError['report']['code']) {
  const asked: string[] = [];
  const bridge = {
    ...fakeBridge(),
    async fetch(path: string, { method = 'GET' }: RequestInit = {}) {
      const part = path.split('/').at(-1)!;
      asked.push(`${method} ${part}`);
      await Promise.resolve();
      const given = answer(part, method);
      if (typeof given === 'string') throw new BridgeError({ code: given, message: '', hint: '' });
      return Response.json(given);
    },
  };
  return { session: new Session(bridge, 'job'), asked };
}

describe('a finished transcript', () => {
  it('is loaded once, however many events come meanwhile', async () => {
    const { session, asked } = desk(() => result);
    await Promise.all([session.open({ edited: false }), session.open({ edited: false }), session.open({ edited: false })]);
    expect(asked).toEqual(['GET transcript']);
    expect(session.store.getState().phase).toBe('ready');
  });

  it('comes with its edit', async () => {
    const { session } = desk((part) => (part === 'edit' ? edited : result));
    await session.open({ edited: true });
    expect(toTranscript(session.document).segments.map(({ text }) => text)).toEqual(['hello there']);
  });

  it('is not shown without an edit that could not be fetched: it would be saved over it', async () => {
    const { session } = desk((part) => (part === 'edit' ? 'CONNECTION_LOST' : result));
    await session.open({ edited: true });
    expect(session.store.getState()).toMatchObject({ phase: 'failed', error: { code: 'CONNECTION_LOST' } });
  });

  it('is the model\'s where the edit is no longer there', async () => {
    const { session } = desk((part) => (part === 'edit' ? 'FILE_NOT_FOUND' : result));
    await session.open({ edited: true });
    expect(session.store.getState().phase).toBe('ready');
    expect(toTranscript(session.document).segments.map(({ text }) => text)).toEqual(['hello']);
  });
});
