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
  models: { files: ['models/**/*.ts'], zones: [], packages: ['zod', 'protobufjs', 'fflate', 'docx'], node: false },
  contract: { files: ['main/contract/**/*.ts'], zones: ['models'], packages: ['zod'], node: false },

  // The native operators' TypeScript face, and its benchmark.
  'native-bench': { files: ['native-kernels/bench/**/*.ts'], zones: ['native-lib', 'models'], packages: ['onnxruntime-node'], node: true },
  'native-examples': { files: ['native-kernels/examples/**/*.ts'], zones: ['native-lib', 'models'], packages: [], node: false },
  'native-lib': { files: ['native-kernels/lib/**/*.ts'], zones: [], packages: [], node: true },

  // The inference child process.
  worker: {
    files: ['main/inference/worker/**/*.ts'],
    zones: ['models', 'contract', 'fs', 'native-lib'],
    packages: ['onnxruntime-node', 'sharp', 'fast-png', 'wavefile', 'opus-decoder', 'mediabunny', 'node-web-audio-api'],
    node: true,
  },

  // The serving process, from the ground up: each may import the ones above it here.
  fs: { files: ['main/fs/**/*.ts'], zones: ['contract'], packages: [], node: true },
  library: { files: ['main/library/**/*.ts'], zones: ['models', 'contract', 'fs'], packages: ['zod', 'undici'], node: true },
  jobs: { files: ['main/jobs/*.ts'], zones: ['models', 'contract', 'fs', 'library'], packages: [], node: true },
  inference: { files: ['main/inference/*.ts'], zones: ['contract', 'fs'], packages: [], node: true },
  batch: { files: ['main/jobs/batch/**/*.ts'], zones: ['models', 'contract', 'fs', 'library', 'jobs'], packages: ['zod'], node: true },
  queue: { files: ['main/jobs/queue/**/*.ts'], zones: ['models', 'contract', 'fs', 'library', 'jobs'], packages: ['bullmq', 'ioredis', 'zod'], node: true },
  settings: { files: ['main/settings/**/*.ts'], zones: ['contract', 'fs'], packages: ['zod'], node: true },
  log: { files: ['main/log.ts', 'main/log/**/*.ts'], zones: ['contract', 'fs'], packages: [], node: true },
  // The desk of open files and jobs, and all services put together: what the window and the web server talk to.
  desk: { files: ['main/desk/**/*.ts'], zones: ['models', 'contract', 'fs', 'library', 'jobs', 'inference', 'log', 'settings'], packages: ['zod'], node: true },
  studio: {
    files: ['main/studio.ts', 'main/ipc/handlers/**/*.ts', 'main/ipc/resources/**/*.ts', 'main/ipc/*.ts'],
    zones: ['models', 'contract', 'fs', 'library', 'jobs', 'batch', 'inference', 'desk', 'settings', 'log'],
    packages: ['ws', 'zod'],
    node: true,
  },
  eval: { files: ['main/eval/**/*.ts'], zones: ['models', 'contract', 'fs', 'library', 'jobs', 'inference'], packages: ['fast-png'], node: true },
  cli: {
    files: ['main/cli.ts', 'main/demo.ts', 'main/cli/**/*.ts'],
    zones: ['models', 'contract', 'fs', 'library', 'jobs', 'batch', 'queue', 'inference', 'eval', 'native-bench', 'studio', 'log'],
    packages: ['commander', 'cli-progress', 'string-width'],
    node: true,
  },

  // Electron's main process: the only zones that see `electron`.
  shell: {
    files: ['main/index.ts', 'main/app/**/*.ts', 'main/ipc/electron/**/*.ts'],
    zones: ['contract', 'fs', 'inference', 'settings', 'log', 'studio'],
    packages: ['electron'],
    node: true,
  },
  preload: { files: ['main/preload.ts'], zones: ['contract'], packages: ['electron'], node: false },

  // The window. A feature never imports another; `ui` knows neither stores nor bridge.
  'ui': { files: ['renderer/ui/**/*.{ts,tsx}'], zones: [], packages: ['react', '@mantine/core', '@mantine/hooks', 'lucide-react', '@tanstack/react-virtual'], node: false },
  'i18n': { files: ['renderer/i18n/**/*.ts'], zones: [], packages: ['i18next', 'react-i18next'], node: false },
  'bridge': { files: ['renderer/bridge/**/*.ts'], zones: ['contract', 'models'], packages: [], node: false },
  'stores': { files: ['renderer/stores/**/*.{ts,tsx}'], zones: ['bridge', 'contract', 'models', 'i18n'], packages: ['react', 'react-i18next', 'zustand'], node: false },
  ...Object.fromEntries(
    ['segment', 'transcribe', 'batch', 'models', 'settings', 'logs'].map((feature) => [
      `feature-${feature}`,
      {
        files: [`renderer/features/${feature}/**/*.{ts,tsx}`],
        zones: ['ui', 'i18n', 'bridge', 'stores', 'contract', 'models'],
        packages: ['react', 'react-i18next', '@mantine/core', '@mantine/hooks', 'lucide-react', '@tanstack/react-virtual', 'zustand', 'wavesurfer.js', 'fflate', 'zod'],
        node: false,
      },
    ]),
  ),
  'window': {
    files: ['renderer/app/**/*.{ts,tsx}', 'renderer/*.{ts,tsx}'],
    zones: ['ui', 'i18n', 'bridge', 'stores', 'contract', 'feature-segment', 'feature-transcribe', 'feature-batch', 'feature-models', 'feature-settings', 'feature-logs'],
    packages: ['react', 'react-dom', 'react-i18next', '@mantine/core', '@mantine/hooks', 'lucide-react', 'zustand'],
    node: false,
  },
};
