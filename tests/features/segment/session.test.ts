/** What the screen's session keeps, and what it does again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BridgeError } from '../../../renderer/bridge/bridge';
import { fitView } from '../../../renderer/features/segment/canvas/view';
import { History } from '../../../renderer/features/segment/edit/history';
import { LabelMap } from '../../../renderer/features/segment/edit/label-map';
import { classesPatch } from '../../../renderer/features/segment/edit/patch';
import { neighbour, type PictureEntry } from '../../../renderer/features/segment/files/use-pictures';
import type { Document } from '../../../renderer/features/segment/session/document';
import { ParkedDocuments } from '../../../renderer/features/segment/session/parked';
import { patiently } from '../../../renderer/features/segment/session/patiently';

const failure = (code: 'WORKER_CRASHED' | 'BAD_MEDIA') => new BridgeError({ code, message: code, hint: '' });

describe('patiently', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('does again what a dead process had left undone', async () => {
    const work = vi.fn<() => Promise<number>>().mockRejectedValueOnce(failure('WORKER_CRASHED')).mockRejectedValueOnce(failure('WORKER_CRASHED')).mockResolvedValue(7);
    const result = patiently(work, new AbortController().signal);
    await vi.runAllTimersAsync();
    await expect(result).resolves.toBe(7);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('gives up in the end, and at once where it would be in vain', async () => {
    for (const [code, times] of [['WORKER_CRASHED', 4], ['BAD_MEDIA', 1]] as const) {
      const work = vi.fn(() => Promise.reject<number>(failure(code)));
      const result = expect(patiently(work, new AbortController().signal)).rejects.toThrow(code);
      await vi.runAllTimersAsync();
      await result;
      expect(work).toHaveBeenCalledTimes(times);
    }
  });

  it('stops when nobody waits any more', async () => {
    const stop = new AbortController();
    const work = vi.fn(() => {
      stop.abort();
      return Promise.reject<number>(failure('WORKER_CRASHED'));
    });
    await expect(patiently(work, stop.signal)).rejects.toThrow('WORKER_CRASHED');
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('ParkedDocuments', () => {
  const document = (job: string, pixels = 1) => ({ job, map: { labels: { length: pixels } } }) as unknown as Document;

  it('gives each back once', () => {
    const parked = new ParkedDocuments();
    const one = document('one');
    parked.put(one);
    expect(parked.take('one')).toBe(one);
    expect(parked.take('one')).toBeUndefined();
  });

  it('drops the longest parked when they are too many or too large', () => {
    const many = new ParkedDocuments();
    for (let i = 0; i < 17; i++) many.put(document(String(i)));
    expect([many.take('0'), many.take('1')?.job]).toEqual([undefined, '1']);
    const large = new ParkedDocuments();
    for (const job of ['a', 'b']) large.put(document(job, 64e6));
    expect([large.take('a'), large.take('b')?.job]).toEqual([undefined, 'b']);
  });

  it('drops those whose job was run again', () => {
    const parked = new ParkedDocuments();
    parked.put(document('old'));
    parked.put(document('right'));
    parked.keep((job) => job === 'right');
    expect([parked.take('old'), parked.take('right')?.job]).toEqual([undefined, 'right']);
  });
});

it('takes changes of classes back among those of pixels', () => {
  const history = new History(new LabelMap(2, 1, new Int32Array(2)));
  const [before, after] = [[{ name: 'a', color: '#000000' }], [{ name: 'b', color: '#000000' }]];
  history.push(classesPatch(before, after));
  expect(history.last?.classes).toEqual({ before, after });
  expect(history.undo()?.classes?.before).toBe(before);
  expect(history.last).toBeUndefined();
  expect(history.redo()?.classes?.after).toBe(after);
});

it('shows the picture behind those that are closed, else the one before them', () => {
  const pictures = ['a', 'b', 'c', 'd'].map((id) => ({ file: { id } }) as PictureEntry);
  expect(neighbour(pictures, 'b')).toBe('c');
  expect(neighbour(pictures, 'b', 'c')).toBe('d');
  expect(neighbour(pictures, 'c', 'd')).toBe('b');
  expect(neighbour(pictures, 'a', 'b', 'c', 'd')).toBeNull();
});

it('does not shrink a line scan to nothing', () => {
  const canvas = { width: 1000, height: 600 };
  expect(10 * fitView(canvas, { width: 30_000, height: 10 }).scale).toBeGreaterThan(5);
  expect(fitView(canvas, { width: 8000, height: 8000 }).scale).toBeCloseTo((0.94 * 600) / 8000);
});
