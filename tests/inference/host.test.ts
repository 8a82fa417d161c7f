import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import type { JobProgress } from '../../main/contract/job';
import { InferenceHost, type HostOptions } from '../../main/inference/host';
import { forkChannel } from '../../main/inference/spawn-node';
import { workFor } from '../support/jobs';

const script = fileURLToPath(new URL('../support/scripted-child.mjs', import.meta.url));
const hosts: InferenceHost[] = [];

function newHost(options: Partial<HostOptions> = {}): InferenceHost {
  const host = new InferenceHost({ spawn: () => forkChannel(script), ...options });
  hosts.push(host);
  return host;
}

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

/** Starts a job and resolves with its promise (in an object, so that it is not awaited) once the child is at work on it. */
async function startJob(host: InferenceHost, input: string, signal: AbortSignal) {
  let working: () => void;
  const started = new Promise<void>((resolve) => (working = resolve));
  const result = host.run(workFor(input), { signal, onProgress: () => working() });
  result.catch(() => undefined);
  await started;
  return { result };
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('passes progress and the result on, and keeps the child for the next job', async () => {
  const host = newHost();
  const seen: JobProgress[] = [];
  const first = await host.run(workFor('work'), { onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([{ stage: 'half', fraction: 0.5 }]);
  expect(first.device).toBe('portable');
  expect(await host.run(workFor('work'))).toEqual(first); // the child put its process id into the summary
});

it('passes the error of a failed job on with its code and hint', async () => {
  await expect(newHost().run(workFor('fail'))).rejects.toMatchObject({ code: 'BAD_MEDIA', message: 'damaged', hint: 'copy again' });
});

it('fails only the job in flight when the child dies; those behind it get a new child', async () => {
  const host = newHost();
  const before = await host.run(workFor('work'));
  const [crashed, next] = await Promise.allSettled([host.run(workFor('crash')), host.run(workFor('work'))]);
  expect(crashed).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_CRASHED', message: expect.stringContaining('SIGSEGV') } });
  expect(next.status).toBe('fulfilled');
  expect(next).not.toMatchObject({ value: before });
});

it('names a child that ran out of memory as such', async () => {
  await expect(newHost().run(workFor('exhaust'))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});

it('refuses a message that does not fit the protocol', async () => {
  await expect(newHost().run(workFor('babble'))).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('cancels a child that obeys without killing it', async () => {
  const host = newHost();
  const abort = new AbortController();
  const { result } = await startJob(host, 'obey', abort.signal);
  const { pid } = host;
  abort.abort();
  await expect(result).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(host.pid).toBe(pid);
});

it('cancels within a second even when the child hears nothing, and goes on with a new one', async () => {
  const host = newHost();
  const abort = new AbortController();
  const { result } = await startJob(host, 'hang', abort.signal);
  const pid = host.pid!;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  abort.abort();
  vi.advanceTimersByTime(999); // by this clock it is killed; how soon the system does so is another matter
  vi.useRealTimers();
  await expect(result).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(alive(pid)).toBe(false);
  expect((await host.run(workFor('work'))).device).toBe('portable');
});

it('asks the child for services between jobs, with the same answers to failure, crash and cancelling', async () => {
  const host = newHost();
  const facts = (input: string, signal?: AbortSignal) => host.serve({ service: 'facts', params: { input, kind: 'audio' } }, signal ? { signal, onProgress: () => abort.abort() } : {});
  const abort = new AbortController();
  const [job, answer] = await Promise.all([host.run(workFor('work')), facts('work')]);
  expect(answer).toEqual({ kind: 'audio', seconds: host.pid });
  expect(job.summary).toMatchObject({ instances: host.pid });
  await expect(facts('fail')).rejects.toMatchObject({ code: 'BAD_MEDIA', hint: 'copy again' });
  for (const input of ['babble', 'mix up']) await expect(facts(input)).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(facts('obey', abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await facts('work'))).toEqual(answer); // the same child still
  await expect(facts('crash')).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
  expect(await facts('work')).not.toEqual(answer);
});

it('does not start a job that was cancelled while it waited', async () => {
  const host = newHost();
  const [first, second] = [new AbortController(), new AbortController()];
  const { result: running } = await startJob(host, 'obey', first.signal);
  const waiting = host.run(workFor('crash'), { signal: second.signal });
  second.abort();
  first.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('lets the child go when idle and starts another when needed', async () => {
  const host = newHost({ idleMs: 20 });
  await host.run(workFor('work'));
  const pid = host.pid!;
  await expect.poll(() => alive(pid)).toBe(false);
  expect(host.pid).toBeUndefined();
  await host.run(workFor('work'));
  expect(host.pid).not.toBe(pid);
});

it('closes after the jobs that were submitted, and takes no more', async () => {
  const host = newHost();
  const submitted = [host.run(workFor('work')), host.run(workFor('work'))];
  await submitted[0];
  const pid = host.pid!;
  const closed = host.close();
  await expect(host.run(workFor('work'))).rejects.toMatchObject({ code: 'CANCELLED' });
  await closed;
  expect(await Promise.all(submitted)).toHaveLength(2);
  expect(alive(pid)).toBe(false);
});

it('tells a notice once, however many children say it', async () => {
  const notices: string[] = [];
  const host = newHost({ onNotice: (message) => notices.push(message) });
  await host.run(workFor('work'));
  await host.run(workFor('crash')).catch(() => undefined);
  await host.run(workFor('work'));
  expect(notices).toEqual(['said by every child']);
});
