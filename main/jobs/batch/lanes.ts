import { availableParallelism, totalmem } from 'node:os';
import type { Settings } from '../../contract/settings';

const MEMORY = Math.min(totalmem(), process.constrainedMemory?.() || Infinity); // bytes; asked for once, since the answer is read from files
const MEMORY_A_LANE = 1.5 * 2 ** 30; // bytes: a child with a model and a large picture
const MOST_LANES = 16;
const FILES_A_LANE = 3; // one runs, the next is read and decoded meanwhile, the last is written, named and journalled

export interface Division {
  lanes: number; // children that work at the same time
  threads: number; // of each
  files: number; // in hand at the same time
}

/**
 * Divides the threads among files: two files on one thread each take less time than one after the other on two, since decoding, postprocessing and small layers use one
 * thread alone. A graphics card is not divided.
 */
export function divideThreads({ device, threads }: Pick<Settings, 'device' | 'threads'>, cores = availableParallelism(), memory = MEMORY): Division {
  const all = threads || cores;
  const lanes = device === 'webgpu' ? 1 : Math.max(1, Math.min(all, MOST_LANES, Math.floor(memory / MEMORY_A_LANE)));
  return { lanes, threads: device === 'webgpu' ? threads : Math.floor(all / lanes), files: lanes * FILES_A_LANE };
}
