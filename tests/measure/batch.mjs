/**
 * Throughput and memory of a batch, on files that it makes: `node tests/measure/batch.mjs [--files 1000] [--size 1] [--task segment,transcribe] [--workers] [--keep folder]`, after `npm run setup`, on a machine that does
 * nothing else. Linux only: it stops processes and reads /proc.
 *
 * Share of the possible: (seconds of inference, one thread, all files) / cores / (wall time of the batch, its start and its end included). Inference is the runs of the model, which are ONNX Runtime alone, and for
 * transcribe the search over their answers with the language model, for without it there is no text; the share of the model without the search is printed beside. Decoding, tiles, the separation of instances and
 * the writing are none of it. A machine's speed changes by the minute, so both sides are measured in turns: every ten seconds all processes of the batch are stopped, and its clock with them, while a child that is
 * warm does the files that have ended since, one at a time, the other cores at rest. Files in hand at a stop fall into two blocks, so single blocks scatter more than the whole; its interval is a bootstrap over them.
 * Besides, the model is run in pairs of one child and one a core with nothing else, on an input of one size: by how much it is slower where all cores run it at once (caches, memory) these cores allow less.
 * What keeps the share from 100 % is told apart: time in which the processors did more than the inference takes alone (all other work, and inference that is slower beside it), time that other programs had, of which
 * there should be none, and time in which there was nothing to do, or this program looked on; and the start and the end, which weigh where files are few or short. Memory: of the command and its children, after a tenth of the files and at the end.
 * `--size n`: pictures of n times the pixels, recordings n times as long (mirrored and repeated; WAV only). At 1 they are as small as such files come, 0.16 megapixels and 6 s, so that what each file and each start costs beside the inference weighs most.
 * `--workers`: the pictures over a queue, with one worker and with one a core; nothing is stopped.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values: options } = parseArgs({ options: { files: { type: 'string', default: '1000' }, size: { type: 'string', default: '1' }, task: { type: 'string', default: 'segment,transcribe' }, workers: { type: 'boolean', default: false }, keep: { type: 'string' } } });
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
const BLOCK = 10; // seconds between two stops; behind each the caches hold what the other side needs, so there should be few
const EVERY = 0.25; // seconds between two looks at the memory, which take a millisecond or two of the processors

/** One batch to its end: seconds, also of processors, and megabytes held every now and then. `compare`: called every now and then with the files that have ended since, while all processes of the batch are stopped and its clock with them. */
async function run(tasks, source, threads, { more = [], compare } = {}) {
  const folder = mkdtempSync(path.join(path.dirname(source), 'run-'));
  const started = performance.now();
  const child = spawn(cli, ['batch', source, '--task', tasks.join(','), '--format', tasks.map((task) => FORMATS[task]).join(','), '--threads', String(threads), '--out', path.join(folder, 'out'), '--data-dir', folder, '--json', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  const memory = [];
  const ends = []; // of the files that are done, seconds
  const blocks = []; // seconds of the batch, those that other programs had of the processors meanwhile, and what `compare` gave
  let [stopped, stoppedAt, blockStart, others] = [0, undefined, 0, othersSeconds()]; // stopped: milliseconds, of the stops before
  let [done, end, comparing] = [[], undefined, undefined];
  let [ended, sampled] = [0, 0];
  const elapsed = () => ((stoppedAt ?? performance.now()) - started - stopped) / 1000;
  const closeBlock = async () => {
    const [seconds, files] = [elapsed() - blockStart, done];
    [blockStart, done] = [blockStart + seconds, []];
    const block = { seconds, others: othersSeconds() - others };
    blocks.push({ ...block, ...(await compare?.(files)) });
    others = othersSeconds();
  };
  const stop = async () => {
    const pids = tree(child.pid).pids; // the parent first: it starts no more
    for (const pid of pids) signal(pid, 'SIGSTOP');
    stoppedAt = performance.now();
    await closeBlock();
    stopped += performance.now() - stoppedAt;
    stoppedAt = undefined;
    for (const pid of pids.reverse()) signal(pid, 'SIGCONT');
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.event === 'end') end = { ...event, processorSeconds: tree(child.pid).seconds };
    if (event.event !== 'item') return;
    ended++;
    if (elapsed() - sampled > EVERY) {
      memory.push({ ended, megabytes: tree(child.pid).megabytes });
      sampled = elapsed();
    }
    if (event.state !== 'done') return;
    done.push(event);
    ends.push(elapsed());
    if (compare && stoppedAt === undefined && elapsed() - blockStart > BLOCK) comparing = stop();
  });
  await once(child, 'close');
  const seconds = elapsed();
  await comparing;
  await closeBlock();
  return { seconds, start: ends[0], finish: seconds - ends.at(-1), memory, end, blocks };
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // gone just now
  }
}

const TICKS = 100; // a second, of /proc
const PAGE = 4096;

/** A process and those that it started, what they hold, and what they have had of the processors. */
function tree(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); // from the third on, see proc(5)
    const own = { pids: [pid], megabytes: (Number(fields[21]) * PAGE) / 1e6, seconds: fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS };
    return children.map((child) => tree(Number(child))).reduce((sum, { pids, megabytes, seconds }) => ({ pids: [...sum.pids, ...pids], megabytes: sum.megabytes + megabytes, seconds: sum.seconds + seconds }), own);
  } catch {
    return { pids: [], megabytes: 0, seconds: 0 }; // gone just now
  }
}

/** What all other programs have had of the processors. */
function othersSeconds() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].split(/ +/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS - tree(process.pid).seconds;
}

const MODELS = { segment: 'nuclei', transcribe: 'speech-en' };
const SAMPLES = { segment: 'assets/cell.png', transcribe: 'assets/jfk.wav' };
const WARM_UP = 5; // files of each task

function modelOf(task) {
  const root = path.resolve('models/bundled', MODELS[task]);
  return { id: MODELS[task], card: path.join(root, 'card.json'), weights: path.join(root, 'model.safetensors') };
}

const startChild = () => fork('out/main/worker.js', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

async function shutDown(child) {
  child.send({ type: 'shutdown' });
  await once(child, 'exit');
}

/** A child that works with one thread, one file at a time. */
function startReference(outDir) {
  const child = startChild();
  let answered, jobs = 0;
  child.on('message', (message) => ['staged', 'failed'].includes(message.type) && answered(message));
  /** Seconds of inference, of each task's model and of the search. */
  const inferenceOf = async (files) => {
    const sum = { segment: 0, transcribe: 0, search: 0 };
    for (const { task, input } of files) {
      const id = String(jobs++);
      const job = { id, task, input: path.resolve(input), outDir, outName: id, overwrite: true, formats: FORMATS[task].split(','), device: 'auto', threads: 1 };
      child.send({ type: 'run', job, model: modelOf(task), newsMs: 1e9 });
      const { inference, error } = await new Promise((resolve) => (answered = resolve));
      if (error) throw new Error(error.message);
      sum[task] += inference.model;
      sum.search += inference.search;
    }
    return sum;
  };
  return { inferenceOf, end: () => shutDown(child) };
}

/** Speed of the model, one thread, in `count` children that run nothing else at the same time, the mean of them. */
async function modelSpeed(task, count) {
  const children = Array.from({ length: count }, startChild);
  const ask = async (service) => {
    const answers = children.map(async (child) => {
      child.send({ type: 'serve', job: service, service, params: { model: modelOf(task), device: 'auto', threads: 1 } });
      for (;;) {
        const [{ job, type, result, error }] = await once(child, 'message');
        if (type === 'failed') throw new Error(error.message);
        if (job === service && type === 'served') return result;
      }
    });
    return Promise.all(answers);
  };
  await ask('selfTest'); // all begin with the model open
  const speeds = (await ask('measure')).map(({ speed }) => speed);
  await Promise.all(children.map(shutDown));
  return mean(speeds);
}

const PAIRS = 3;

/** How many times as long a run of the model takes where all cores run it at once: the median of pairs. */
async function slowdownOf(task) {
  const ratios = [];
  for (let i = 0; i < PAIRS; i++) ratios.push((await modelSpeed(task, 1)) / (await modelSpeed(task, cores)));
  return quantile(ratios, 0.5);
}

const total = (blocks, part) => blocks.reduce((sum, block) => sum + block[part], 0);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.round(q * (values.length - 1))];
const percent = (share) => (100 * share).toFixed(1);
const RESAMPLES = 2000;
const DISTURBED = 0.02; // of the processors, by other programs

async function measureBatch(source) {
  const tasks = options.task.split(',');
  const reference = startReference(mkdtempSync(path.join(path.dirname(source), 'reference-')));
  await reference.inferenceOf(tasks.flatMap((task) => Array(WARM_UP).fill({ task, input: SAMPLES[task] })));
  const { seconds, start, finish, memory, end, blocks } = await run(tasks, source, cores, { compare: reference.inferenceOf });
  await reference.end();

  const inference = (some) => ['search', ...tasks].reduce((sum, part) => sum + total(some, part), 0);
  const search = total(blocks, 'search');
  const model = inference(blocks) - search;
  const share = (some) => inference(some) / cores / total(some, 'seconds');
  const slowdowns = [];
  for (const task of tasks) slowdowns.push(await slowdownOf(task));
  const together = search + tasks.reduce((sum, task, i) => sum + total(blocks, task) * slowdowns[i], 0);
  const [first, middle, last] = [blocks[0], blocks.slice(1, -1), blocks.at(-1)]; // start and end are there once
  const resampled = Array.from({ length: RESAMPLES }, () => share([first, ...middle.map(() => middle[below(middle.length)]), last]));
  const calm = middle.filter((block) => block.others < DISTURBED * cores * block.seconds);
  const shares = calm.map((block) => share([block]));
  const tenth = Math.floor(end.total / 10);
  const held = (from, to) => mean(memory.filter(({ ended }) => ended > from && ended <= to).map(({ megabytes }) => megabytes));
  const [early, late] = [held(tenth, 2 * tenth), held(end.total - tenth, end.total)];
  console.log(`${options.task}: ${end.total} files, ${end.done} done, ${end.failed} failed with a code; ${seconds.toFixed(1)} s on ${cores} cores, ${(end.total / seconds).toFixed(2)} files/s`);
  console.log(`  inference alone, one thread: model ${model.toFixed(1)} s, search ${search.toFixed(1)} s; of the model without the search ${percent(model / cores / seconds)} %`);
  console.log(`  share of the possible: ${percent(share(blocks))} % (95 %: ${percent(quantile(resampled, 0.025))} to ${percent(quantile(resampled, 0.975))}); of ${calm.length} undisturbed blocks of ${middle.length} between start and end: together ${percent(share(calm))} %, median ${percent(quantile(shares, 0.5))} %, quartiles ${percent(quantile(shares, 0.25))} and ${percent(quantile(shares, 0.75))} %`);
  console.log(`  where all cores run the model at once it takes ${tasks.map((task, i) => `${slowdowns[i].toFixed(3)} (${task})`).join(', ')} times as long: of what these cores allow ${percent(together / cores / seconds)} %`);
  console.log(`  of ${(cores * seconds).toFixed(1)} s of processors: inference, as long as alone, ${inference(blocks).toFixed(1)} s, more than that ${(end.processorSeconds - inference(blocks)).toFixed(1)} s, other programs ${total(blocks, 'others').toFixed(1)} s, idle and this program ${(cores * seconds - end.processorSeconds - total(blocks, 'others')).toFixed(1)} s`);
  console.log(`  ${start.toFixed(2)} s until the first file is done, ${finish.toFixed(2)} s behind the last: what does not grow with the files`);
  console.log(`  memory: ${early.toFixed(0)} MB over files ${tenth} to ${2 * tenth}, ${late.toFixed(0)} MB over the last ${tenth} (${percent((late - early) / early)} %)`);
}

async function measureWorkers(source) {
  const share = path.dirname(source);
  const redis = spawn('redis-server', ['--port', String(PORT), '--bind', '127.0.0.1', '--dir', mkdtempSync(path.join(share, 'redis-')), '--save', ''], { stdio: 'ignore' });
  const queue = ['--queue', `redis://127.0.0.1:${PORT}`, '--shared', share];
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let one;
  for (let count = 1; count <= cores; count++) {
    const workers = Array.from({ length: count }, () => spawn(cli, ['worker', ...queue, '--threads', '1', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] }));
    await Promise.all(workers.map(({ stdout }) => new Promise((resolve) => stdout.once('data', resolve))));
    const { seconds, end } = await run(['segment'], source, 1, { more: queue });
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
