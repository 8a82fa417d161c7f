/** Bundles out/ once before the tests, so that they fork the worker and the command line that users run. */
import esbuild from 'esbuild';
import { options } from '../../esbuild.config.mjs';

export async function setup(): Promise<void> {
  await esbuild.build(options);
}
