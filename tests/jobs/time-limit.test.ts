import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { withTimeLimit } from '../../main/jobs/time-limit';

const untilAborted = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));

it('ends what takes too long, counted from its start', async () => {
  const never = new AbortController().signal;
  await expect(withTimeLimit(0.01, never, (signal, onStart) => (onStart(), untilAborted(signal)))).rejects.toMatchObject({ code: 'TIME_LIMIT' });
  await expect(withTimeLimit(0.01, never, () => new Promise((resolve) => setTimeout(() => resolve('waited'), 50)))).resolves.toBe('waited');
});

it('is cancelled from outside, before or after its start, and leaves no listener behind', async () => {
  const controller = new AbortController();
  const ended = withTimeLimit(60, controller.signal, (signal, onStart) => (onStart(), untilAborted(signal)));
  controller.abort();
  await expect(ended).rejects.toThrow('aborted');
  await expect(withTimeLimit(60, controller.signal, (signal) => Promise.resolve(signal.aborted))).resolves.toBe(true);
  const { signal } = new AbortController();
  await withTimeLimit(60, signal, () => Promise.resolve());
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
