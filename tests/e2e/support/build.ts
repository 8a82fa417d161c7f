/** Builds what has changed of out/, so that the tests run what users run. */
import { build } from '../../../build.mjs';

export async function setup(): Promise<void> {
  await build(['main', 'preload', 'renderer']);
}
