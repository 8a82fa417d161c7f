/** The shape of the addon's exports, and how it is loaded. */
import { createRequire } from 'node:module';
import { NativeUnavailableError } from './errors';
import { addonPath } from './paths';
import type { RunTime, Tensor, TensorInfo } from './types';

export interface AddonResult extends RunTime {
  outputs: Record<string, Tensor>;
}

export interface AddonSession {
  readonly inputs: TensorInfo[];
  readonly outputs: TensorInfo[];
  readonly calls: number;
  run(feeds: Record<string, Tensor>, outputs: string[], onlyTimes: boolean): { promise: Promise<AddonResult>; terminate(): void };
  dispose(): void;
}

export interface Addon {
  Session: new (library: string, model: Uint8Array | string, threads: number, optimize: boolean, keepPlans: boolean, keepMemory: boolean) => AddonSession;
  call(
    operator: string,
    inputs: Record<string, Tensor>,
    attributes: Record<string, number | string>,
    isa: string,
    threads: number,
  ): { outputs: Record<string, Tensor>; isa: string };
  isa(): string;
  isas(): string[];
  peakMultiplyAddsPerMs(): number;
}

export function loadAddon(): Addon {
  const path = addonPath();
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    throw new NativeUnavailableError(`${path} does not load: ${(error as Error).message}`);
  }
}
