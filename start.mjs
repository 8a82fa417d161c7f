/**
 * `npm start`: makes the clone ready, then opens the window: in Electron where its binary is installed, else in the browser. `--no-open` only prints the address;
 * `--browser` serves even with Electron at hand; other arguments (files, or folders for the browser) are handed on.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const SERVE_FLAGS = ['--no-open', '--browser'];
const WITH_VALUE = ['--data-dir', '--port'];

const setup = spawnSync(process.execPath, [path.join(ROOT, 'setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(setup.status ?? 1);

const args = process.argv.slice(2);
const electron = args.some((argument) => SERVE_FLAGS.includes(argument)) ? undefined : electronBinary();
if (electron) {
  run(electron, [ROOT, ...args]);
} else {
  const given = args.filter((argument) => argument !== '--browser');
  const named = given.some((argument, index) => existsSync(argument) && !WITH_VALUE.includes(given[index - 1]));
  run(process.execPath, [path.join(ROOT, 'bin', 'mamba-studio.mjs'), 'serve', ...given, ...(named ? [] : [homedir()])]);
}

/** Where Electron's own installer has noted it; asking the package itself would start a download. */
function electronBinary() {
  const home = path.join(ROOT, 'node_modules', 'electron');
  const note = path.join(home, 'path.txt');
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH; // Electron's own variable for one that is installed elsewhere
  if (!own && !existsSync(note)) return undefined;
  const binary = path.join(own ?? path.join(home, 'dist'), existsSync(note) ? readFileSync(note, 'utf8').trim() : 'electron');
  return existsSync(binary) ? binary : undefined;
}

/** Ctrl-C reaches the child by itself; this process only waits for it and passes on how it ended. */
function run(command, argv) {
  const child = spawn(command, argv, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`${command} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('close', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 1);
  });
}
