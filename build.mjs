/**
 * Builds out/ as electron.vite.config.ts says, part by part, each only where its sources have changed. `node build.mjs [main preload renderer] [--force | --watch]`.
 * A part is built aside and then moved into place, so that a program which runs from out/ at that moment finds every file.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const CONFIG = ['electron.vite.config.ts', 'vite.config.ts', 'build.mjs', 'package-lock.json'];

/** The files and folders that each part is made of; too many only cost a build. */
const SOURCES = {
  main: ['main', 'models', 'native-kernels/lib', 'native-kernels/bench'],
  preload: ['main/preload.ts', 'main/contract'],
  renderer: ['renderer', 'main/contract', 'models'],
};
const NOT_SOURCES = /^models\/(training|bundled)\//;
const PATIENCE_MS = 600_000;
const parts = Object.keys(SOURCES);

/** Of names, sizes and times: any edit, addition or removal changes it. */
function fingerprint(part) {
  const hash = createHash('sha256');
  for (const source of [...CONFIG, ...SOURCES[part]]) {
    const names = statSync(source).isDirectory() ? readdirSync(source, { recursive: true }).map((name) => path.posix.join(source, name.replaceAll(path.sep, '/'))) : [source];
    for (const name of names.sort()) {
      const facts = statSync(name, { throwIfNoEntry: false }); // gone since it was listed
      if (facts?.isFile() && !NOT_SOURCES.test(name)) hash.update(`${name} ${facts.size} ${facts.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

const stampOf = (part) => path.join('out', '.built', part);
const isCurrent = (part, wanted) => existsSync(stampOf(part)) && readFileSync(stampOf(part), 'utf8') === wanted;

/** Builds those of `wanted` that have changed; resolves to them. */
export async function build(wanted = parts, { force = false } = {}) {
  process.chdir(ROOT);
  const stale = wanted.map((part) => ({ part, print: fingerprint(part) })).filter(({ part, print }) => force || !isCurrent(part, print));
  if (stale.length === 0) return [];
  const { vite, config } = await load();
  for (const { part, print } of stale) {
    const place = path.resolve(config[part].build.outDir);
    const aside = path.resolve('out', `.${part}-${process.pid}`);
    try {
      await vite.build(vite.mergeConfig(config[part], { logLevel: 'warn', build: { outDir: aside, emptyOutDir: true } }));
      replace(place, aside, force);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
    mkdirSync(path.dirname(stampOf(part)), { recursive: true });
    writeFileSync(stampOf(part), print);
  }
  return stale.map(({ part }) => part);
}

/** What others refer to comes first, the entries last; then goes what no program that started from the old build will still ask for. */
function replace(place, aside, force) {
  const fresh = filesOf(aside).sort((a, b) => b.split(path.sep).length - a.split(path.sep).length);
  for (const name of fresh) {
    mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
    renameSync(path.join(aside, name), path.join(place, name));
  }
  const old = (name) => force || Date.now() - (statSync(path.join(place, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > PATIENCE_MS;
  for (const name of filesOf(place)) if (!fresh.includes(name) && old(name)) rmSync(path.join(place, name), { force: true });
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile());
}

async function watch(wanted) {
  process.chdir(ROOT);
  const { vite, config } = await load();
  for (const part of wanted) await vite.build(vite.mergeConfig(config[part], { logLevel: 'info', build: { watch: {}, emptyOutDir: false } }));
}

async function load() {
  process.env.NODE_ENV_ELECTRON_VITE = 'production'; // electron-vite's presets ask for it
  const [vite, { resolveConfig }] = await Promise.all([import('vite'), import('electron-vite')]);
  return { vite, config: (await resolveConfig({}, 'build', 'production')).config };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2).filter((word) => parts.includes(word));
  const wanted = named.length > 0 ? named : parts;
  if (process.argv.includes('--watch')) await watch(wanted);
  else await build(wanted, { force: process.argv.includes('--force') });
}
