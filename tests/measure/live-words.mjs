/**
 * How long after they were said words stand in the window: `node tests/measure/live-words.mjs [recording.wav ...]`, after `npm run setup`; recordings of 16 kHz, mono, 16 bits. Each is spoken in real time
 * to the inference child, as the microphone is. Prints for each how long after its beginning the first word appears, and of all words how long after their end, by the times of the finished transcript.
 */
import { fork } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { positionals } = parseArgs({ allowPositionals: true });
const HEADER = 44; // bytes
const CHUNK_MS = 100; // as the window sends
const RATE = 16; // samples a ms
const bundled = (file) => path.resolve('models/bundled/speech-en', file);
const model = { id: 'speech-en', card: bundled('card.json'), weights: bundled('model.safetensors') };

/** When each word was first there, in ms of the recording, and the words at the end. */
async function speak(recording, folder) {
  const wav = readFileSync(recording);
  const input = path.join(folder, 'live.wav');
  writeFileSync(input, wav.subarray(0, HEADER));
  const child = fork('out/main/worker.js', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const next = (type) => new Promise((resolve, reject) => child.on('message', (message) => {
    if (message.type === 'failed') reject(new Error(message.error.message));
    if (message.type === type) resolve(message);
  }));
  child.send({ type: 'serve', job: 'first', service: 'native', params: {} });
  await next('served');
  const job = { id: 'live', task: 'transcribe', input, outDir: mkdtempSync(path.join(folder, 'out-')), outName: 'live', overwrite: true, formats: ['txt'], device: 'auto', threads: 1 };
  child.send({ type: 'prepare', model, device: 'auto', threads: 1 });
  const ended = next('staged');
  const segments = [];
  const shown = [];
  let began = Infinity;
  child.on('message', (message) => {
    if (message.type !== 'partial') return;
    segments.splice(message.from, Infinity, ...message.segments);
    const count = segments.flatMap(({ words }) => words).length;
    while (shown.length < count) shown.push(performance.now() - began);
  });
  child.send({ type: 'run', job, model, live: true, partial: true });
  await sleep(2000); // the model is open: the window says so before one speaks
  began = performance.now();
  for (let at = HEADER; at < wav.length; at += 2 * RATE * CHUNK_MS) {
    const end = Math.min(wav.length, at + 2 * RATE * CHUNK_MS);
    await sleep(Math.max(0, began + (end - HEADER) / (2 * RATE) - performance.now())); // a chunk is sent when it has been said
    appendFileSync(input, wav.subarray(at, end));
    child.send({ type: 'grown', job: 'live', samples: (end - HEADER) / 2, ended: end === wav.length });
  }
  await ended;
  child.send({ type: 'shutdown' });
  return { shown, words: segments.flatMap(({ words }) => words) };
}

const folder = mkdtempSync(path.join(tmpdir(), 'mamba-live-'));
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))].toFixed(2);
const firsts = [];
const delays = [];
console.log(`load before: ${loadavg()[0].toFixed(2)}`);
for (const recording of positionals.length ? positionals : ['assets/jfk.wav']) {
  const { shown, words } = await speak(recording, folder);
  if (words.length === 0) continue;
  firsts.push(shown[0] / 1000 - words[0].start);
  delays.push(...words.map(({ end }, i) => shown[i] / 1000 - end).filter((delay) => !Number.isNaN(delay)));
  console.log(`${path.basename(recording)}: the first word ${firsts.at(-1).toFixed(2)} s after its beginning; ${words.length} words`);
}
console.log(`first words: median ${at(firsts, 0.5)} s, at most ${at(firsts, 1)} s after their beginning; all words after their end: median ${at(delays, 0.5)} s, nine in ten within ${at(delays, 0.9)} s`);
rmSync(folder, { recursive: true, force: true });
