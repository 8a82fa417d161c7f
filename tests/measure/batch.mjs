/**
 * Throughput and memory of batches, on files that it makes: `node tests/measure/batch.mjs [--files 1000] [--size 1] [--workers] [--keep folder]`, after `npm run setup`, on a machine that does nothing else.
 *
 * Share of the possible: (seconds of inference, one thread, all files) / cores / (wall time of the batch), against two measures of the inference. *Alone*: one file at a time, the other
 * cores at rest. *All cores at it*: the same seconds, those of the model times the factor by which it is slower where every core runs it at once and nothing else (caches, memory), measured beside, on an
 * input of one size; that is what these cores allow. Inference is the runs of the model, which are ONNX Runtime alone, and for transcribe the search over their answers with the language model, for without
 * it there is no text; the share of the model without the search is printed beside. Decoding, tiles, the separation of instances and the writing are none of it. What keeps the share from 100 % is told
 * apart: inference itself, all other work of the processors, and the time in which they had nothing to do; and beside it the start and the end, which weigh where files are few or short. The pictures and the recordings of the folder are two batches, one after
 * the other, each with its own start, and a line adds them up; then both are one batch, against the inference of the two (a name in --format goes to each task that has it, so its recordings get a CSV besides). Memory: of the command and its children, after a tenth of the files and at the end.
 * `--size n`: pictures of n times the pixels, recordings n times as long (mirrored and repeated; WAV only). At 1 they are as small as such files come, 0.16 megapixels and 6 s, so that what each file and each start costs beside the inference weighs most.
 * `--workers`: the same files over a queue, with one worker and with one a core.
 */
import { fork, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values: options } = parseArgs({ options: { files: { type: 'string', default: '1000' }, size: { type: 'string', default: '1' }, workers: { type: 'boolean', default: false }, keep: { type: 'string' } } });
const cli = path.resolve('bin/mamba-studio.mjs');
const cores = availableParallelism();
const PORT = 7790;
const FOLDERS = ['a', 'b', 'ü 細', 'клетки 🧫'];

let seed = 1;
/** Whole number below `limit`: the same files at every run (linear congruential, Numerical Recipes; its low bits repeat soon, so the high ones are taken). */
const below = (limit) => Math.floor(((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32) * limit);

async function makeFiles(root, count, size) {
  const side = Math.sqrt(size);
  const more = Math.ceil(side) - 1;
  const cell = await sharp('assets/cell.png').extend({ right: more * 550, bottom: more * 660, extendWith: 'mirror' }).raw().toBuffer({ resolveWithObject: true });
  const { width: across, height: down } = cell.info;
  const speech = readFileSync('assets/jfk.wav');
  const sound = Buffer.concat([speech, ...Array.from({ length: size - 1 }, () => speech.subarray(speech.indexOf('data') + 8))]);
  for (let i = 0; i < count; i++) {
    const folder = path.join(root, FOLDERS[i % FOLDERS.length]);
    mkdirSync(folder, { recursive: true });
    const name = path.join(folder, String(Math.floor(i / FOLDERS.length))); // equal names in different folders
    const bad = i % 33 === 5;
    if ((i + Math.floor(i / FOLDERS.length)) % 4 === 3) { // recordings in every folder
      if (bad) writeFileSync(`${name}.wav`, 'no sound');
      else if (below(4) === 0 && size === 1) copyFileSync('assets/61-70968-0000.flac', `${name}.flac`);
      else writeFileSync(`${name}.wav`, cutWav(sound, size * (2 + below(9))));
      continue;
    }
    const [width, height] = [256 + below(290), 256 + below(400)].map((pixels) => Math.round(side * pixels));
    const picture = sharp(cell.data, { raw: cell.info }).extract({ left: below(across - width), top: below(down - height), width, height });
    if (bad) writeFileSync(`${name}.png`, (await picture.png().toBuffer()).subarray(0, 3000));
    else if (below(3) === 0) await picture.jpeg({ quality: 92 }).toFile(`${name}.jpg`);
    else await picture.png().toFile(`${name}.png`);
  }
}

/** The first seconds of 16-bit mono sound at 16 kHz. */
function cutWav(wav, seconds) {
  const data = wav.indexOf('data') + 8;
  const bytes = Math.min(wav.length - data, seconds * 32_000);
  const cut = Buffer.from(wav.subarray(0, data + bytes));
  cut.writeUInt32LE(cut.length - 8, 4);
  cut.writeUInt32LE(bytes, data - 4);
  return cut;
}

const FORMATS = { segment: 'labels,csv', transcribe: 'txt,srt,vtt,json' };

/** One batch to its end: seconds, also of processors, and megabytes held after each file. */
function run(tasks, source, threads, more = []) {
  const folder = mkdtempSync(path.join(path.dirname(source), 'run-'));
  const started = performance.now();
  const child = spawn(process.execPath, [cli, 'batch', source, '--task', tasks.join(','), '--format', tasks.map((task) => FORMATS[task]).join(','), '--threads', String(threads), '--out', path.join(folder, 'out'), '--data-dir', folder, '--json', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const memory = [];
  const ends = []; // of the files that are done, seconds
  const elapsed = () => (performance.now() - started) / 1000;
  let end;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.event === 'item') {
      memory.push(tree(child.pid).megabytes);
      if (event.state === 'done') ends.push(elapsed());
    }
    if (event.event === 'end') end = { ...event, processorSeconds: tree(child.pid).seconds };
  });
  return new Promise((resolve) =>
    child.once('close', () => {
      const seconds = elapsed();
      const journal = readFileSync(path.join(folder, 'batches', readdirSync(path.join(folder, 'batches'))[0], 'journal.jsonl'), 'utf8');
      const done = journal.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter(({ event }) => event === 'done');
      const [model, search] = ['model', 'search'].map((part) => done.reduce((sum, { inference }) => sum + inference[part], 0));
      resolve({ seconds, start: ends[0], finish: seconds - ends.at(-1), memory, end, model, search });
    }),
  );
}

const TICKS = 100; // a second, of /proc
const PAGE = 4096;

/** What a process and those that it started hold, and what they have had of the processors. */
function tree(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); // from the third on, see proc(5)
    const own = { megabytes: (Number(fields[21]) * PAGE) / 1e6, seconds: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS };
    return children.map(tree).reduce((sum, { megabytes, seconds }) => ({ megabytes: sum.megabytes + megabytes, seconds: sum.seconds + seconds }), own);
  } catch {
    return { megabytes: 0, seconds: 0 }; // not Linux, or gone just now
  }
}

const MODELS = { segment: 'nuclei', transcribe: 'speech-en' };
const SLOWDOWN_PAIRS = 3;

/** Speed of the model, one thread, in `count` children that run nothing else at the same time: of each the mean over some seconds, and of these the mean. */
async function modelSpeed(task, count) {
  const root = path.resolve('models/bundled', MODELS[task]);
  const params = { model: { id: MODELS[task], card: path.join(root, 'card.json'), weights: path.join(root, 'model.safetensors') }, device: 'auto', threads: 1 };
  const children = Array.from({ length: count }, () => fork('out/main/worker.js', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  const ask = (child, service) => {
    child.send({ type: 'serve', job: service, service, params });
    return new Promise((resolve, reject) => child.on('message', ({ type, job, result, error }) => {
      if (job === service && type === 'served') resolve(result);
      if (type === 'failed') reject(new Error(error.message));
    }));
  };
  await Promise.all(children.map((child) => ask(child, 'selfTest'))); // all begin with the model open
  const speeds = (await Promise.all(children.map((child) => ask(child, 'measure')))).map(({ speed }) => speed);
  for (const child of children) child.send({ type: 'shutdown' });
  return mean(speeds);
}

/** How many times as long a run of the model takes where all cores run it at once: the median of pairs. */
async function modelSlowdown(task) {
  const ratios = [];
  for (let i = 0; i < SLOWDOWN_PAIRS; i++) ratios.push((await modelSpeed(task, 1)) / (await modelSpeed(task, cores)));
  return ratios.sort((a, b) => a - b)[SLOWDOWN_PAIRS >> 1];
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const share = (seconds, wall) => `${((100 * seconds) / cores / wall).toFixed(1)} %`;

async function measureBatch(source) {
  const sum = { model: 0, search: 0, together: 0, wall: 0 };
  for (const task of ['segment', 'transcribe']) {
    const alone = await run([task], source, 1);
    const slowdown = await modelSlowdown(task);
    const all = await run([task], source, cores);
    const inference = { model: alone.model, search: alone.search, together: alone.model * slowdown + alone.search };
    for (const part of Object.keys(inference)) sum[part] += inference[part];
    sum.wall += all.seconds;
    report(task, all, inference);
  }
  console.log(`one after the other: ${sum.wall.toFixed(1)} s; share of the possible ${share(sum.model + sum.search, sum.wall)} against inference alone, ${share(sum.together, sum.wall)} against inference with all cores at it`);
  report('both in one batch', await run(['segment', 'transcribe'], source, cores), sum);
}

/** `inference`: seconds of it, one thread, alone; and with all cores at it. */
function report(name, all, { model, search, together }) {
  const { total, done, failed, processorSeconds } = all.end;
  const tenth = Math.floor(total / 10);
  const [early, late] = [mean(all.memory.slice(tenth, 2 * tenth)), mean(all.memory.slice(-tenth))];
  const [alone, inside] = [model + search, all.model + all.search];
  console.log(`${name}: ${total} files, ${done} done, ${failed} failed with a code; ${all.seconds.toFixed(1)} s on ${cores} cores, ${(total / all.seconds).toFixed(2)} files/s`);
  console.log(`  inference alone, one thread: model ${model.toFixed(1)} s, search ${search.toFixed(1)} s; share of the possible ${share(alone, all.seconds)}, of the model without the search ${share(model, all.seconds)}`);
  console.log(`  with all cores at it: ${together.toFixed(1)} s (the model ${((together - search) / model).toFixed(2)} times as long); share of the possible ${share(together, all.seconds)}`);
  console.log(`  of ${(cores * all.seconds).toFixed(1)} s of processors: inference ${inside.toFixed(1)} s (${(inside / alone).toFixed(2)} times alone), other work ${(processorSeconds - inside).toFixed(1)} s, idle ${(cores * all.seconds - processorSeconds).toFixed(1)} s`);
  console.log(`  ${all.start.toFixed(2)} s until the first file is done, ${all.finish.toFixed(2)} s behind the last: what does not grow with the files`);
  console.log(`  memory: ${early.toFixed(0)} MB over files ${tenth} to ${2 * tenth}, ${late.toFixed(0)} MB over the last ${tenth} (${((100 * (late - early)) / early).toFixed(1)} %)`);
}

async function measureWorkers(source) {
  const share = path.dirname(source);
  const redis = spawn('redis-server', ['--port', String(PORT), '--bind', '127.0.0.1', '--dir', mkdtempSync(path.join(share, 'redis-')), '--save', ''], { stdio: 'ignore' });
  const queue = ['--queue', `redis://127.0.0.1:${PORT}`, '--shared', share];
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let one;
  for (let count = 1; count <= cores; count++) {
    const workers = Array.from({ length: count }, () => spawn(process.execPath, [cli, 'worker', ...queue, '--threads', '1', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] }));
    await Promise.all(workers.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))));
    const { seconds, end } = await run(['segment'], source, 1, queue);
    one ??= seconds;
    console.log(`${count} workers: ${end.total} files, ${end.done} done, ${seconds.toFixed(1)} s, ${(one / seconds).toFixed(2)} times one worker`);
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('close', resolve))));
  }
  redis.kill();
}

const folder = options.keep ? path.resolve(options.keep) : mkdtempSync(path.join(tmpdir(), 'mamba-measure-'));
const source = path.join(folder, 'files');
await makeFiles(source, Number(options.files), Number(options.size));
console.log(`${options.files} files of size ${options.size}, load before: ${loadavg()[0].toFixed(2)}`);
await (options.workers ? measureWorkers : measureBatch)(source);
if (!options.keep) rmSync(folder, { recursive: true, force: true });
