/**
 * From a file that is dropped to its result: `node tests/measure/first-result.mjs [--times 9]`, after `npm run setup`. A child that was not running is started, opens the bundled model and works on one small
 * file. Prints the medians of wall and processor time, of the whole, of the bare child (it starts and answers) and within the model.
 */
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { times: { type: 'string', default: '9' } } });
const WAYS = [
  { task: 'segment', id: 'nuclei', input: 'assets/cell.png', format: 'labels' },
  { task: 'transcribe', id: 'speech-en', input: 'assets/jfk.wav', format: 'txt' },
];
const TICKS = 100; // a second, of /proc

/** Processor seconds of a process, all threads; NaN where there is no /proc. */
function processorSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); // from the third on, see proc(5)
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return NaN;
  }
}

/** One child from its start to its answer to the last of `messages`. */
async function once(messages) {
  const started = performance.now();
  const child = fork('out/main/worker.js', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  for (const message of messages) child.send(message);
  const answer = await new Promise((resolve, reject) => child.on('message', (message) => {
    if (message.type === 'failed') reject(new Error(message.error.message));
    if (['staged', 'served'].includes(message.type)) resolve(message);
  }));
  const result = { wall: (performance.now() - started) / 1000, processor: processorSeconds(child.pid), model: answer.inference?.model ?? 0 };
  child.send({ type: 'shutdown' });
  await new Promise((resolve) => child.once('exit', resolve));
  return result;
}

function firstJob({ task, id, input, format }, outDir) {
  const model = { id, card: path.resolve('models/bundled', id, 'card.json'), weights: path.resolve('models/bundled', id, 'model.safetensors') };
  const job = { id: 'first', task, input: path.resolve(input), outDir, outName: 'first', overwrite: true, formats: [format], device: 'auto', threads: 1 };
  return [{ type: 'prepare', model, device: 'auto', threads: 1 }, { type: 'run', job, model }];
}

async function medians(name, messages) {
  const runs = [];
  for (let i = 0; i < Number(options.times); i++) runs.push(await once(messages()));
  const median = (key) => runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1].toFixed(2);
  console.log(`${name}: ${median('wall')} s, of processors ${median('processor')} s, within the model ${median('model')} s`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'mamba-first-'));
console.log(`load before: ${loadavg()[0].toFixed(2)}; Node itself ${spawnSync(process.execPath, ['-p', 'process.cpuUsage().user / 1e6'], { encoding: 'utf8' }).stdout.trim()} s of processors`);
await medians('a child that answers', () => [{ type: 'serve', job: 'first', service: 'native', params: {} }]);
for (const way of WAYS) await medians(`${way.task}, first result`, () => firstJob(way, mkdtempSync(path.join(folder, 'out-'))));
rmSync(folder, { recursive: true, force: true });
