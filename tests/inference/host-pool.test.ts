/** Jobs over several children, with a scripted one. */
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HostPool } from '../../main/inference/host-pool';
import { forkChannel } from '../../main/inference/spawn-node';
import type { ToWorker } from '../../main/contract/worker-messages';
import { jobFor } from '../support/jobs';

const script = path.resolve('tests/support/scripted-child.mjs');
const model = { id: 'none', weights: '/none' };
const pools: HostPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

/** `told`: every message to any child, in order. */
function newPool(lanes: number): { pool: HostPool; told: ToWorker[] } {
  const told: ToWorker[] = [];
  const spawn = () => {
    const channel = forkChannel(script);
    return { ...channel, send: (message: ToWorker) => void (told.push(message), channel.send(message)) };
  };
  const pool = new HostPool({ spawn, lanes: () => lanes, patienceMs: 100 });
  pools.push(pool);
  return { pool, told };
}

const work = (input: string) => ({ job: jobFor(input), model });
const inputs = (told: ToWorker[], type: 'run' | 'ahead') => told.flatMap((message) => (message.type !== type ? [] : message.type === 'ahead' ? message.input : message.type === 'run' ? message.job.input : []));

/** A job that runs until `end`. */
function holding(pool: HostPool, input = 'obey') {
  const abort = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();
  const started = new Promise<void>((resolve) => {
    ended = pool.run(work(input), { signal: abort.signal, onProgress: () => resolve() }).catch((error: { code: string }) => error.code);
  });
  return { started, end: () => (abort.abort(), ended) };
}

describe('several children', () => {
  it('work at the same time, and hear of the job that comes next', async () => {
    const { pool, told } = newPool(2);
    const held = [holding(pool), holding(pool)];
    await Promise.all(held.map(({ started }) => started));
    expect(pool.pids).toHaveLength(2);
    const third = pool.run(work('work'));
    await expect.poll(() => inputs(told, 'ahead')).toEqual(['work']);
    expect(inputs(told, 'run')).toEqual(['obey', 'obey']);
    expect(await held[1]!.end()).toBe('CANCELLED'); // its job was to wait for the first child: the free one takes it
    await third;
    expect(inputs(told, 'run')).toEqual(['obey', 'obey', 'work']);
    await held[0]!.end();
  });

  it('are started, and told of the model, before there is a job', async () => {
    const { pool, told } = newPool(2);
    pool.prepare({ model, device: 'cpu', threads: 1 });
    expect(pool.pids).toHaveLength(2);
    const pids = pool.pids;
    await Promise.all([pool.run(work('work')), pool.run(work('work'))]);
    expect(pool.pids).toEqual(pids);
    expect(told.map(({ type }) => type).slice(0, 4)).toEqual(['prepare', 'prepare', 'run', 'run']);
  });

  it('are told of several models, but not while they have work', async () => {
    const { pool, told } = newPool(1);
    pool.prepare({ model, device: 'cpu', threads: 1 });
    pool.prepare({ model: { ...model, id: 'other' }, device: 'cpu', threads: 1 });
    const held = holding(pool);
    await held.started;
    pool.prepare({ model, device: 'cpu', threads: 1 });
    await held.end();
    expect(told.map(({ type }) => type).slice(0, 3)).toEqual(['prepare', 'prepare', 'run']);
    expect(told.filter(({ type }) => type === 'prepare')).toHaveLength(2);
  });

  it('are told of the job at work first, then of the next', async () => {
    const { pool, told } = newPool(1);
    await Promise.all([pool.run(work('work')), pool.run(work('work')), pool.run(work('work'))]);
    expect(told.map(({ type }) => type).filter((type) => type === 'run' || type === 'ahead')).toEqual(['run', 'ahead', 'run', 'ahead', 'run']);
  });

  it('do not decode ahead what may bring them down', async () => {
    const { pool, told } = newPool(1);
    const held = holding(pool);
    await held.started;
    const crash = pool.run(work('crash'), { ahead: false }).catch((error: { code: string }) => error.code);
    const after = pool.run(work('work'));
    await held.end();
    expect(await crash).toBe('WORKER_CRASHED');
    await after;
    expect(inputs(told, 'ahead')).not.toContain('crash');
  });

  it('begin the next job while the outputs of one are written; a crash then fails both', async () => {
    const { pool, told } = newPool(1);
    const held = holding(pool, 'write');
    await held.started;
    await pool.run(work('work'));
    expect(inputs(told, 'run')).toEqual(['write', 'work']);
    await expect(pool.run(work('crash'))).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
    expect(await held.end()).toBe('WORKER_CRASHED');
    expect(pool.pids).toHaveLength(0);
  });

  it('run nothing beside what may bring them down', async () => {
    const { pool, told } = newPool(1);
    const held = holding(pool, 'write');
    await held.started;
    const second = holding(pool, 'write');
    await second.started;
    const crash = pool.run(work('crash'), { ahead: false }).catch((error: { code: string }) => error.code);
    expect(await held.end()).toBe('CANCELLED');
    expect(inputs(told, 'run')).toEqual(['write', 'write']);
    expect(await second.end()).toBe('CANCELLED');
    expect(await crash).toBe('WORKER_CRASHED');
  });

  it('close when what is being written has been', async () => {
    const { pool } = newPool(1);
    const held = holding(pool, 'write');
    await held.started;
    let closed = false;
    const closing = pool.close().then(() => (closed = true));
    await pool.run(work('work')).catch(() => undefined);
    expect(closed).toBe(false);
    await held.end();
    await closing;
  });

  it('let go at once of jobs that are cancelled while they wait', async () => {
    const { pool, told } = newPool(1);
    const held = holding(pool);
    await held.started;
    const abort = new AbortController();
    const waiting = [1, 2, 3].map(() => pool.run(work('work'), { signal: abort.signal }).catch((error: { code: string }) => error.code));
    abort.abort();
    expect(await Promise.all(waiting)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
    expect(await pool.run(work('work'), { signal: abort.signal }).catch((error: { code: string }) => error.code)).toBe('CANCELLED');
    await held.end();
    expect(inputs(told, 'run')).toEqual(['obey']);
  });
});
