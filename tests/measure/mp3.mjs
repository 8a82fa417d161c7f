/**
 * Our decoder of MPEG audio beside ffmpeg's, in processor time: `node tests/measure/mp3.mjs [--seconds 120] [--times 5]`, after `npm run setup`; needs ffmpeg with libmp3lame.
 * Prints seconds of sound a second and the ratio of the medians. ffmpeg also starts a process and takes the file apart.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '120' }, times: { type: 'string', default: '5' } } });
const [seconds, times] = [Number(options.seconds), Number(options.times)];
const WAYS = [
  { name: 'stereo, 44.1 kHz, 128 kbit/s', encoder: ['-ar', '44100', '-ac', '2', '-b:a', '128k'] },
  { name: 'stereo, 44.1 kHz, 320 kbit/s', encoder: ['-ar', '44100', '-ac', '2', '-b:a', '320k'] },
  { name: 'mono, 22.05 kHz, 48 kbit/s', encoder: ['-ar', '22050', '-ac', '1', '-b:a', '48k'] },
];
const PIECE = 256 * 1024; // bytes, as files are read

const folder = mkdtempSync(path.join(tmpdir(), 'mp3-'));
const bundle = path.join(folder, 'mpeg.mjs');
await build({ entryPoints: ['main/inference/worker/media/audio/mpeg/mpeg.ts'], bundle: true, platform: 'node', format: 'esm', outfile: bundle });
const { decodeMpeg } = await import(pathToFileURL(bundle).href);

async function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

async function ours(file) {
  const start = process.cpuUsage();
  for await (const { channels } of decodeMpeg(pieces(readFileSync(file)))) if (channels.length === 0) throw new Error('no sound');
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

function theirs(file) {
  const { status, stderr } = spawnSync('ffmpeg', ['-hide_banner', '-benchmark', '-threads', '1', '-c:a', 'mp3float', '-i', file, '-f', 'null', '-'], { encoding: 'utf8' });
  const used = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  if (status !== 0 || !used) throw new Error(stderr);
  return Number(used[1]) + Number(used[2]);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

for (const { name, encoder } of WAYS) {
  const file = path.join(folder, 'a.mp3');
  const sound = `aevalsrc=0.3*sin(2*PI*(200*t+3*t*t))+0.1*random(0)|0.3*sin(2*PI*(150*t+5*t*t))+0.1*random(1):s=44100:d=${seconds}`;
  if (spawnSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', sound, ...encoder, file]).status !== 0) throw new Error('ffmpeg cannot write MP3');
  await ours(file); // compiles
  const [own, other] = [[], []];
  for (let i = 0; i < times; i++) {
    own.push(await ours(file));
    other.push(theirs(file));
  }
  console.log(`${name}: ${Math.round(seconds / median(own))} s a second, ffmpeg ${Math.round(seconds / median(other))}, ratio ${(median(own) / median(other)).toFixed(2)}`);
}
console.log(`load ${loadavg()[0].toFixed(1)}`);
rmSync(folder, { recursive: true });
