/** Batches over a real Redis, with workers as processes of their own. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Queue } from 'bullmq';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeError, QUEUE_PREFIX, queueName } from '../../../main/jobs/queue/queue-job';
import { askRedis, printableUrl } from '../../../main/jobs/queue/redis';
import { SharedFolder } from '../../../main/jobs/queue/shared-folder';
import { runCli, startCli, type RunningCli } from '../../support/command-line';
import { hasRedis, startRedis, type RunningRedis } from '../../support/redis';
import { temporaryFolders } from '../../support/temporary-folder';
import { contents, speech } from '../batch/support';

const PATIENCE = 300_000;
const newFolder = temporaryFolders();

describe('the shared folder', () => {
  it('has one id, whoever makes it, and is told from others', async () => {
    const root = newFolder();
    await expect(SharedFolder.open(root, { make: false })).rejects.toMatchObject({ code: 'SHARED_FOLDER' });
    await expect(SharedFolder.open(path.join(root, 'gone'), { make: true })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const made = await Promise.all([1, 2, 3].map(() => SharedFolder.open(root, { make: true }))).catch(() => []);
    const shared = await SharedFolder.open(root, { make: false });
    for (const { id } of made) expect(id).toBe(shared.id);
    writeFileSync(path.join(root, '.mamba-shared'), '{"id":"3f0c9b52-37cc-4b9b-8b4c-0d7b0ac0ba11"}');
    await expect(shared.check()).rejects.toMatchObject({ code: 'SHARED_FOLDER' });
  });

  it('lets no name lead out of it', async () => {
    const [root, elsewhere] = [newFolder(), newFolder()];
    const shared = await SharedFolder.open(root, { make: true });
    symlinkSync(elsewhere, path.join(root, 'link'));
    expect(await shared.nameOf(path.join(root, 'a', 'ü 細.png'))).toBe('a/ü 細.png');
    expect(await shared.placeOf('a/ü 細.png')).toBe(path.join(shared.root, 'a', 'ü 細.png'));
    for (const name of ['../x', 'a/../../x', 'link/x', 'link']) await expect(shared.placeOf(name)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(shared.nameOf(path.join(elsewhere, 'x'))).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(await shared.placeOf('/etc/passwd')).toBe(path.join(shared.root, 'etc', 'passwd'));
  });
});

it('an address that is none, or where nobody answers, has its code; a password is not repeated', async () => {
  const ping = (url: string) => askRedis(url, (client) => client.ping());
  await expect(ping('http://x')).rejects.toMatchObject({ code: 'BAD_USAGE' });
  await expect(ping('redis://127.0.0.1:1')).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
  expect(printableUrl('redis://me:secret@host:6379/2')).toBe('redis://me:***@host:6379/2');
  expect(decodeError('job stalled more than allowable limit').code).toBe('WORKER_CRASHED');
});

describe.skipIf(!hasRedis)('a queue (needs redis-server)', () => {
  let redis: RunningRedis;
  const workers: RunningCli[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.process.kill('SIGKILL');
      await worker.ended;
    }
  });

  async function pictures(count: number): Promise<{ share: string; args: string[] }> {
    const share = newFolder();
    const cell = sharp('assets/cell.png');
    for (let i = 0; i < count; i++) {
      const folder = path.join(share, 'in', ['a', 'b', 'ü 細'][i % 3]!);
      mkdirSync(folder, { recursive: true });
      await cell.clone().extract({ left: i, top: 2 * i, width: 160 + i, height: 150 }).png().toFile(path.join(folder, `${Math.floor(i / 3)}.png`));
    }
    writeFileSync(path.join(share, 'in', 'bad.png'), 'no picture');
    return { share, args: ['batch', path.join(share, 'in'), '--task', 'segment', '--format', 'labels,csv', '--threads', '1', '--json'] };
  }
  const overQueue = ({ share, args }: { share: string; args: string[] }, dataDir = newFolder()) => [...args, '--out', path.join(share, 'out'), '--queue', redis.url, '--shared', share, '--data-dir', dataDir, '--resume'];

  async function startWorker(share: string, url = redis.url): Promise<RunningCli> {
    await SharedFolder.open(share, { make: true }); // as a batch that was there before does
    const worker = startCli(['worker', '--queue', url, '--shared', share, '--threads', '1', '--json']);
    workers.push(worker);
    const early = worker.ended.then(({ stderr }) => Promise.reject(new Error(`the worker ended: ${stderr}`)));
    await Promise.race([worker.seen('ready' as never), early]);
    early.catch(() => undefined);
    return worker;
  }
  const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { event: string; input?: string; done?: number; failed?: number; state?: string });
  const hidden = (share: string) => readdirSync(share, { recursive: true }).map(String).filter((name) => path.basename(name).startsWith('.') && name !== '.mamba-shared');

  it('gives what one machine gives, with one worker killed, its child too, and Redis killed and started again', async () => {
    const batch = await pictures(24);
    const calm = newFolder();
    expect((await runCli([...batch.args, '--out', calm, '--data-dir', newFolder()])).exitCode).toBe(1);
    const wanted = contents(calm);
    expect(Object.keys(wanted)).toHaveLength(48);

    const three = await Promise.all([1, 2, 3].map(() => startWorker(batch.share)));
    const dataDir = newFolder();
    const publisher = startCli(overQueue(batch, dataDir));
    const out = path.join(batch.share, 'out');
    const results = () => (existsSync(out) ? Object.keys(contents(out)).filter((name) => name.endsWith('.csv')).length : 0);
    await expect.poll(results, { timeout: PATIENCE, interval: 20 }).toBeGreaterThan(3);
    three[0]!.process.kill('SIGKILL');
    await expect.poll(results, { timeout: PATIENCE, interval: 20 }).toBeGreaterThan(8);
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await redis.start();
    const { exitCode, stdout } = await publisher.ended;
    expect(lines(stdout).filter(({ state, input }) => state === 'failed' && !input!.endsWith('bad.png'))).toEqual([]);
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'end', state: 'done', done: 24, failed: 1 });
    expect(exitCode).toBe(1);
    expect(contents(out)).toEqual(wanted);
    expect(hidden(batch.share)).toEqual([]);

    const journal = readFileSync(path.join(dataDir, 'batches', readdirSync(path.join(dataDir, 'batches'))[0]!, 'journal.jsonl'), 'utf8');
    const done = lines(journal).filter(({ event }) => event === 'done').map((record) => (record as unknown as { item: number }).item);
    expect(new Set(done).size).toBe(done.length); // each once
    const queue = new Queue(queueName((await SharedFolder.open(batch.share, { make: false })).id), { connection: { url: redis.url }, prefix: QUEUE_PREFIX });
    expect(await queue.getJobCountByTypes('waiting', 'active', 'completed', 'failed', 'delayed')).toBe(0);
    await queue.close();
  }, 2 * PATIENCE);

  it('takes pictures and recordings from one batch', async () => {
    const share = newFolder();
    mkdirSync(path.join(share, 'in'));
    copyFileSync('assets/coins.png', path.join(share, 'in', 'a.png'));
    for (const name of ['a.wav', 'memo']) writeFileSync(path.join(share, 'in', name), speech(1));
    const args = ['batch', path.join(share, 'in'), '--task', 'transcribe,segment', '--format', 'csv,txt', '--threads', '1', '--json'];
    const calm = newFolder();
    expect((await runCli([...args, '--out', calm, '--data-dir', newFolder()])).exitCode).toBe(0);
    await startWorker(share);
    const { stdout, exitCode } = await runCli(overQueue({ share, args }));
    expect(exitCode).toBe(0);
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'end', state: 'done', done: 3, failed: 0 });
    expect(Object.keys(contents(calm))).toEqual(['a.csv', 'a.instances.csv', 'a.txt', 'memo.csv', 'memo.txt']);
    expect(contents(path.join(share, 'out'))).toEqual(contents(calm));
    expect(hidden(share)).toEqual([]);
  }, PATIENCE);

  it('goes on with the jobs that it had published before it was killed', async () => {
    const batch = await pictures(9);
    const dataDir = newFolder();
    const worker = await startWorker(batch.share);
    const first = startCli(overQueue(batch, dataDir));
    await first.seen('item' as never, (event) => (event as { state?: string }).state === 'done');
    first.process.kill('SIGKILL');
    await first.ended;
    const { stdout } = await runCli(overQueue(batch, dataDir));
    expect(lines(stdout).at(-1)).toMatchObject({ event: 'end', state: 'done', done: 9, failed: 1 });
    expect(hidden(batch.share)).toEqual([]);
    expect(Object.keys(contents(path.join(batch.share, 'out')))).toHaveLength(18);
    worker.process.kill('SIGTERM');
    const ended = await worker.ended;
    expect(ended.exitCode).toBe(143);
    const worked = lines(ended.stdout).filter(({ event }) => event === 'done').map(({ input }) => input);
    expect(new Set(worked).size).toBe(9);
    expect(worked.length).toBeLessThanOrEqual(10); // one may have been gathered in the moment of the kill
  }, PATIENCE);

  it('refuses a folder that is not the shared one, a password that is wrong, and a share that misses', async () => {
    const batch = await pictures(1);
    const pausing = startCli(overQueue(batch));
    await expect.poll(() => existsSync(path.join(batch.share, '.mamba-shared')), { timeout: PATIENCE }).toBe(true);
    await expect.poll(async () => askRedis(redis.url, (client) => client.hlen('mamba:shares')), { timeout: PATIENCE }).toBeGreaterThan(0);
    const other = await runCli(['worker', '--queue', redis.url, '--shared', newFolder()]);
    expect(other).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('SHARED_FOLDER') });
    expect(other.stderr).toContain(batch.share); // where the batch has it
    pausing.process.kill('SIGINT');
    expect((await pausing.ended).exitCode).toBe(130);

    expect(await runCli([...batch.args, '--queue', redis.url, '--shared', newFolder()])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('outside of the shared folder') });
    expect(await runCli([...batch.args, '--queue', redis.url])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--shared') });
    expect(await runCli([...batch.args, '--queue', 'redis://127.0.0.1:1', '--shared', batch.share])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('QUEUE_UNREACHABLE') });
    const locked = await startRedis({ password: 'secret' });
    const wrong = await runCli(['worker', '--queue', locked.url.replace('secret', 'guess'), '--shared', batch.share]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('QUEUE_UNREACHABLE') });
    expect(wrong.stderr).not.toContain('guess');
    await locked.close();
  }, PATIENCE);

  it('checks every job: no foreign ones, none that leads out of the folder, no other model', async () => {
    const share = newFolder();
    copyFileSync('assets/coins.png', path.join(share, 'coins.png'));
    const { id } = await SharedFolder.open(share, { make: true });
    const worker = await startWorker(share);
    const queue = new Queue(queueName(id), { connection: { url: redis.url }, prefix: QUEUE_PREFIX });
    const job = { version: 1, task: 'segment', input: 'coins.png', outDir: 'out', outName: 'coins', formats: ['csv'], model: { id: 'nuclei', hash: 'x' } };
    const outcome = async (data: object) => {
      const added = await queue.add('segment', data);
      await expect.poll(() => added.getState(), { timeout: PATIENCE, interval: 50 }).toBe('failed');
      return decodeError((await queue.getJob(added.id!))!.failedReason).code;
    };
    expect(await outcome({ ...job, task: 'shell' })).toBe('BAD_USAGE');
    expect(await outcome({ ...job, input: '../../etc/passwd' })).toBe('NOT_ALLOWED');
    expect(await outcome({ ...job, outDir: '../out' })).toBe('NOT_ALLOWED');
    expect(await outcome({ ...job, outName: 'a/b' })).toBe('BAD_USAGE');
    const another = await queue.add('segment', job); // a model that is not this one: for another worker, this one ends
    expect(await worker.ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('UNKNOWN_MODEL') });
    expect(await another.getState()).toBe('waiting');
    expect(existsSync(path.join(share, 'out'))).toBe(false);
    await queue.obliterate({ force: true });
    await queue.close();
  }, PATIENCE);
});
