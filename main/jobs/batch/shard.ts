import { createHash } from 'node:crypto';
import path from 'node:path';
import type { BatchSpec } from '../../contract/batch';
import type { Found } from './scan';

/** Whether a file belongs to a part of the whole. By its name below the source, so that files which come later, and other mount points, move no file to another part. */
export function isInShard({ input, dir }: Pick<Found, 'input' | 'dir'>, shard: BatchSpec['shard']): boolean {
  if (shard === undefined) return true;
  const name = `${dir}/${path.basename(input)}`.normalize('NFC');
  return createHash('sha256').update(name).digest().readUIntBE(0, 6) % shard.count === shard.index - 1;
}
