/**
 * Who may import whom. ESLint enforces this table by default deny (eslint.config.js); tests/boundaries proves that each row bites.
 * A folder that stands in no row, or a package that no row names, fails lint until it is placed here.
 *
 * Each row: `files` (folder or file patterns from the root), `zones` it may import from besides itself, npm `packages`, and whether `node:` modules are allowed.
 * Rows are matched top down: the first whose pattern fits a file owns it.
 */

/** @typedef {{ files: string[], zones: string[], packages: string[], node: boolean }} Row */

/** @type {Record<string, Row>} */
export const importTable = {
  // Pure zones: no Node, no Electron, no DOM.
  models: { files: ['models/**/*.ts'], zones: [], packages: ['zod', 'protobufjs', 'fflate'], node: false },
  contract: { files: ['main/contract/**/*.ts'], zones: ['models'], packages: ['zod'], node: false },

  // The native operators' TypeScript face, and its benchmark.
  'native-bench': { files: ['native-kernels/bench/**/*.ts'], zones: ['native-lib', 'models'], packages: ['onnxruntime-node'], node: true },
  'native-lib': { files: ['native-kernels/lib/**/*.ts'], zones: [], packages: [], node: true },

  // The inference child process.
  worker: {
    files: ['main/inference/worker/**/*.ts'],
    zones: ['models', 'contract', 'fs', 'native-lib'],
    packages: [
      'onnxruntime-node', 'sharp', 'fast-png', 'wavefile', 'mpg123-decoder', '@wasm-audio-decoders/flac', '@wasm-audio-decoders/ogg-vorbis',
      'ogg-opus-decoder', 'mediabunny', 'node-web-audio-api',
    ],
    node: true,
  },

  // The serving process, from the ground up: each may import the ones above it here.
  fs: { files: ['main/fs/**/*.ts'], zones: ['contract'], packages: [], node: true },
  library: { files: ['main/library/**/*.ts'], zones: ['models', 'contract', 'fs'], packages: [], node: true },
  jobs: { files: ['main/jobs/**/*.ts'], zones: ['models', 'contract', 'fs', 'library'], packages: [], node: true },
  inference: { files: ['main/inference/*.ts'], zones: ['contract', 'fs'], packages: [], node: true },
  eval: { files: ['main/eval/**/*.ts'], zones: ['models', 'contract', 'fs', 'library', 'jobs', 'inference'], packages: ['fast-png'], node: true },
  cli: {
    files: ['main/cli.ts', 'main/demo.ts', 'main/cli/**/*.ts'],
    zones: ['models', 'contract', 'fs', 'library', 'jobs', 'inference', 'eval', 'native-bench'],
    packages: ['commander', 'cli-progress', 'string-width'],
    node: true,
  },
};
