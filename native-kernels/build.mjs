// Builds the native kernels into native-kernels/build, again only what changed, and prints one line.
//   --tests             also build/kernel_tests, with warnings taken for errors
//   --sanitize          only the programs that test the kernels, under AddressSanitizer and UndefinedBehaviorSanitizer, into build-sanitized
//   --sanitize thread   kernel_tests under ThreadSanitizer, into build-thread (`kernel_tests Thread` runs what threads share)
//   --fuzz              the fuzz targets by Clang, for libFuzzer, into build-fuzz
//   --target NAME       everything for aarch64 (Linux) or for windows (x64), by Debian's cross compiler, into build-NAME; programs are static
// Exit codes: 0 built or up to date, 1 the build failed (its first errors are printed), 2 it cannot be built here: no compiler, no cmake, or on Windows.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = path.dirname(fileURLToPath(import.meta.url));
const has = (option) => process.argv.includes(option);
const valueOf = (option) => (has(option) ? process.argv[process.argv.indexOf(option) + 1] : undefined);
// -O1 keeps stack traces whole and builds in half the time of -O2; -g1 names lines.
const sanitized = (sanitizers) => ({ CMAKE_BUILD_TYPE: 'RelWithDebInfo', CMAKE_CXX_FLAGS_RELWITHDEBINFO: '-O1 -g1', SSM_SANITIZE: sanitizers, SSM_TESTS: 'ON', SSM_FUZZ: 'ON' });
const released = () => ({ CMAKE_BUILD_TYPE: 'Release', ...Object.fromEntries(Object.entries(headers()).map(([name, folder]) => [name, path.resolve(folder)])) });
/** Other systems, and Debian's cross compilers for them. Static programs run in an emulator without the other system's libraries. */
const TARGETS = {
  aarch64: { compiler: 'aarch64-linux-gnu-g++', system: { CMAKE_SYSTEM_NAME: 'Linux', CMAKE_SYSTEM_PROCESSOR: 'aarch64', CMAKE_EXE_LINKER_FLAGS: '-static' } },
  windows: { compiler: 'x86_64-w64-mingw32-g++-posix', system: { CMAKE_SYSTEM_NAME: 'Windows', CMAKE_SYSTEM_PROCESSOR: 'x86_64' } },
};
const crossed = ({ system }) => ({ ...released(), ...system, SSM_TESTS: 'ON', SSM_WERROR: 'ON', SSM_FUZZ: 'ON' });

const kind = chooseKind();
const build = path.join(source, kind.folder);
const product = path.join(build, kind.targets[0] ?? 'mamba_kernels.node');

/** The folder of the build, what is built (everything if nothing is named), the compilers that come into question and the settings for cmake. */
function chooseKind() {
  if (has('--target')) {
    const name = valueOf('--target');
    const target = TARGETS[name] ?? finish(2, `there is no target ${name}, only ${Object.keys(TARGETS).join(' and ')}`);
    return { folder: `build-${name}`, targets: [], compilers: [target.compiler], settings: () => crossed(target) };
  }
  if (has('--fuzz')) return { folder: 'build-fuzz', targets: ['fuzz_operators', 'fuzz_strides'], compilers: ['clang++'], settings: () => sanitized('address,undefined,fuzzer-no-link') };
  const compilers = ['c++', 'g++', 'clang++'];
  if (valueOf('--sanitize') === 'thread') return { folder: 'build-thread', targets: ['kernel_tests'], compilers, settings: () => sanitized('thread') };
  if (has('--sanitize')) return { folder: 'build-sanitized', targets: ['kernel_tests', 'fuzz_replay'], compilers, settings: () => sanitized('address,undefined') };
  return { folder: 'build', targets: [], compilers, settings: released };
}

function finish(code, line) {
  console.log(`native kernels: ${line}`);
  process.exit(code);
}

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function findTools() {
  if (process.platform === 'win32') finish(2, 'not built on Windows itself; Linux builds them for Windows: build.mjs --target windows');
  const compilers = process.env.CXX ? [process.env.CXX] : kind.compilers;
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

/** Configures anew when the settings differ from those of the last time, or when the folder has moved. */
function configure(log) {
  const { compiler, generator } = findTools();
  const settings = { CMAKE_CXX_COMPILER: compiler, ...kind.settings() };
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
const withTests = () => !has('--tests') || run([build, '-DSSM_TESTS=ON', '-DSSM_WERROR=ON'], log);
const built = configure(log) && withTests() && run(['--build', build, '--parallel', '2', ...kind.targets.flatMap((target) => ['--target', target])], log);
if (!built) {
  const file = path.join(build, 'build.log');
  writeFileSync(file, log.join('\n'));
  console.error(log.join('\n').split('\n').filter((line) => /error|FAILED/i.test(line)).slice(0, 20).join('\n'));
  finish(1, `the build failed, see ${file}`);
}
finish(0, modified() === before ? 'up to date' : `built in ${((Date.now() - start) / 1000).toFixed(1)} s`);
