/**
 * Makes a fresh clone ready, and a ready one quickly: packages, native kernels, out/. Plain Node, because nothing is installed yet.
 * `--force-build` rebuilds the native kernels and out/ from scratch; with `--tests` the kernels' tests are built, too (native-kernels/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const INSTALLED = 'node_modules/.package-lock.json';
const KERNELS = 'native-kernels/build';
const NO_COMPILER = 2; // exit code of native-kernels/build.mjs

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
checkNode();
if (!packagesAreCurrent()) step('Installing packages', installPackages);
if (process.argv.includes('--force-build')) rmSync(KERNELS, { recursive: true, force: true });
if (existsSync(KERNELS)) process.stdout.write(buildKernels());
else step('Building the native kernels', buildKernels);
run([process.execPath, 'build.mjs', ...(process.argv.includes('--force-build') ? ['--force'] : [])]);

function checkNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  fail(`Mamba Studio needs Node ${OLDEST_NODE} or newer; this is ${process.version}. Install a newer one from https://nodejs.org or your distribution.`);
}

/** For what takes longer than a moment: says what is being done, how long it took, and what `action` has to add. */
function step(title, action) {
  const started = performance.now();
  process.stdout.write(`${title} ... `);
  const note = action() ?? '';
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n${note}`);
}

/** npm itself notes in node_modules what it has installed; optional packages are those of other systems. */
function packagesAreCurrent() {
  if (!existsSync(INSTALLED)) return false;
  const [installed, wanted] = [INSTALLED, 'package-lock.json'].map((file) => JSON.parse(readFileSync(file, 'utf8')).packages);
  return Object.entries(wanted).every(([place, { version, optional }]) => place === '' || (installed[place] ? installed[place].version === version : optional));
}

function installPackages() {
  // ONNX Runtime would ask for its CUDA libraries on installation; the CPU and WebGPU ones are in the package.
  run(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
}

/** Incremental: a moment when nothing has changed. Gives a note where no compiler is: the portable path then stands in. */
function buildKernels() {
  const { status, stdout } = run([process.execPath, 'native-kernels/build.mjs', ...process.argv.filter((option) => option === '--tests')], {}, [0, NO_COMPILER]);
  return status === NO_COMPILER ? stdout : '';
}

/** Runs to the end; a failure shows the output and ends the set-up. */
function run([command, ...args], env = {}, accepted = [0]) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, stdout, stderr, error } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8', shell, maxBuffer: 1 << 28 });
  if (status !== null && accepted.includes(status)) return { status, stdout };
  return fail(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}\n${stdout ?? ''}${stderr ?? ''}`);
}

function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}
