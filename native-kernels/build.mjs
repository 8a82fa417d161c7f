// Builds the native kernels into native-kernels/build, again only what changed, and prints one line.
// With --tests it builds build/kernel_tests, too, and takes warnings for errors. With --sanitize it builds only the programs that test the kernels, under
// AddressSanitizer and UndefinedBehaviorSanitizer, into build-sanitized, and with --sanitize thread kernel_tests under ThreadSanitizer into build-thread (`kernel_tests Thread` runs what threads share); with --fuzz it builds the fuzz targets by Clang, for libFuzzer, into build-fuzz. Exit codes: 0 built or up to date, 1 the build failed (its first errors are printed), 2 it cannot be built here: no compiler, no cmake, or Windows.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = path.dirname(fileURLToPath(import.meta.url));
const fuzz = process.argv.includes('--fuzz');
const sanitize = process.argv.includes('--sanitize');
const thread = sanitize && process.argv[process.argv.indexOf('--sanitize') + 1] === 'thread';
const build = path.join(source, fuzz ? 'build-fuzz' : thread ? 'build-thread' : sanitize ? 'build-sanitized' : 'build');
const targets = fuzz ? ['fuzz_operators', 'fuzz_strides'] : thread ? ['kernel_tests'] : sanitize ? ['kernel_tests', 'fuzz_replay'] : [];
const product = path.join(build, targets[0] ?? 'mamba_kernels.node');

function finish(code, line) {
  console.log(`native kernels: ${line}`);
  process.exit(code);
}

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function findTools() {
  if (process.platform === 'win32') finish(2, 'not built on Windows yet');
  const compilers = process.env.CXX ? [process.env.CXX] : fuzz ? ['clang++'] : ['c++', 'g++', 'clang++'];
  const compiler = compilers.find((command) => runs(command, '--version'));
  if (!compiler) finish(2, `no C++ compiler found (looked for ${compilers.join(', ')})`);
  if (!runs('cmake', '--version')) finish(2, 'no cmake found');
  return { compiler, generator: runs('ninja', '--version') ? 'Ninja' : 'Unix Makefiles' };
}

function headers() {
  const require = createRequire(import.meta.url);
  try {
    return { NODE_API_HEADERS: require('node-api-headers').include_dir, NODE_ADDON_API: require('node-addon-api').include_dir };
  } catch {
    return finish(1, 'node-api-headers and node-addon-api are missing: run npm install first');
  }
}

function run(args, log) {
  const { status, stdout, stderr } = spawnSync('cmake', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  log.push(`cmake ${args.join(' ')}`, stdout, stderr);
  return status === 0;
}

// -O1 keeps stack traces whole and builds in half the time of -O2; -g1 names lines.
const sanitized = { CMAKE_BUILD_TYPE: 'RelWithDebInfo', CMAKE_CXX_FLAGS_RELWITHDEBINFO: '-O1 -g1', SSM_SANITIZE: thread ? 'thread' : `address,undefined${fuzz ? ',fuzzer-no-link' : ''}`, SSM_TESTS: 'ON', SSM_FUZZ: 'ON' };
const released = () => ({ CMAKE_BUILD_TYPE: 'Release', ...Object.fromEntries(Object.entries(headers()).map(([name, folder]) => [name, path.resolve(folder)])) });

/** Configures anew when the settings differ from those of the last time, or when the folder has moved. */
function configure(log) {
  const { compiler, generator } = findTools();
  const settings = { CMAKE_CXX_COMPILER: compiler, ...(targets.length > 0 ? sanitized : released()) };
  const args = ['-S', source, '-B', build, '-G', generator, ...Object.entries(settings).map(([name, value]) => `-D${name}=${value}`)];
  const stamp = path.join(build, 'configured.json');
  const wanted = JSON.stringify(args);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  if (!run(args, log)) return false;
  writeFileSync(stamp, wanted);
  return true;
}

const modified = () => (existsSync(product) ? statSync(product).mtimeMs : 0);

const log = [];
const before = modified();
const start = Date.now();
const withTests = () => !process.argv.includes('--tests') || run([build, '-DSSM_TESTS=ON', '-DSSM_WERROR=ON'], log);
const built = configure(log) && withTests() && run(['--build', build, '--parallel', '2', ...targets.flatMap((target) => ['--target', target])], log);
if (!built) {
  const file = path.join(build, 'build.log');
  writeFileSync(file, log.join('\n'));
  console.error(log.join('\n').split('\n').filter((line) => /error|FAILED/i.test(line)).slice(0, 20).join('\n'));
  finish(1, `the build failed, see ${file}`);
}
finish(0, modified() === before ? 'up to date' : `built in ${((Date.now() - start) / 1000).toFixed(1)} s`);
