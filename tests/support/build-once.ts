/** Builds out/main once before the tests, where it has changed, so that they fork the worker and the command line that users run. */
import { build } from '../../build.mjs';

export async function setup(): Promise<void> {
  await build(['main', 'preload']);
}
