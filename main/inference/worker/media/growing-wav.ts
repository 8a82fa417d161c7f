import { open } from 'node:fs/promises';
import { WAV_HEADER_BYTES } from '../../../../models/tasks/sound/wav-header';
import { LIVE_SAMPLE_RATE } from '../../../contract/worker-messages';
import { readError } from '../../../fs/system-errors';
import type { LiveSource } from '../pipeline/context';

const LONGEST = LIVE_SAMPLE_RATE; // samples read at a time
const SHORTEST = 0.12 * LIVE_SAMPLE_RATE; // waited for, but at the end: shorter runs cost more than they hurry

/** The sound of a recording while it is written, mono at 16 kHz: the file is the queue, so a slow model holds nobody up and nothing gets lost. */
export async function* growingSound(path: string, live: LiveSource): AsyncGenerator<Float32Array> {
  const handle = await open(path, 'r').catch((error: unknown) => Promise.reject(readError(error, path)));
  try {
    for (let position = 0; ; ) {
      const { samples, ended } = await live.beyond(position + SHORTEST);
      if (ended && samples <= position) return;
      const bytes = Buffer.alloc(2 * Math.min(LONGEST, samples - position));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, WAV_HEADER_BYTES + 2 * position);
      const read = bytesRead >> 1;
      if (read === 0) return; // the file was cut short
      position += read;
      yield Float32Array.from({ length: read }, (_, i) => bytes.readInt16LE(2 * i) / 0x8000);
    }
  } finally {
    await handle.close();
  }
}
