/** Bundles the entry points into out/main/; packages stay in node_modules. `--watch` rebuilds on every change. */
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

/** @type {esbuild.BuildOptions} */
export const options = {
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: { cli: 'main/cli.ts', demo: 'main/demo.ts', worker: 'main/inference/worker/entry.ts' },
  outdir: 'out/main',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--watch')) {
    await (await esbuild.context({ ...options, logLevel: 'info' })).watch();
  } else {
    await esbuild.build(options);
  }
}
