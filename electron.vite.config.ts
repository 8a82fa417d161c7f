/**
 * What is built from what: out/main (Node and Electron's main process), out/preload (one CommonJS file, as a sandboxed preload must be) and out/renderer
 * (the window, vite.config.ts). build.mjs reads this file; so do `electron-vite dev` and `electron-vite preview` where Electron's binary is installed.
 */
import { defineConfig } from 'electron-vite';
import { windowConfig } from './vite.config';

/** The command line runs on plain Node of this age; Electron's own is newer. */
const OLDEST_NODE = 'node20';

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: OLDEST_NODE,
      externalizeDeps: { exclude: ['zod'] }, // whole, it takes a fifth of the start of every process
      sourcemap: true,
      rolldownOptions: {
        input: { index: 'main/index.ts', cli: 'main/cli.ts', demo: 'main/demo.ts', worker: 'main/inference/worker/entry.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: 'main/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...windowConfig,
    build: { ...windowConfig.build, rolldownOptions: { input: 'renderer/index.html' } },
  },
});
