import { flac16 } from '../../../../models/tasks/enhance/flac';
import type { Format, SoundFormat } from '../../../contract/formats';
import { wav16, wavFloat32 } from './wav';

const writers: Record<SoundFormat, (pieces: readonly Float32Array[], sampleRate: number) => Uint8Array> = { wav: wav16, 'wav-f32': wavFloat32, flac: flac16 };

/** Mono sound as a file; of the formats that a task of sound has. */
export function soundFile(format: Format, pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  return writers[format as SoundFormat](pieces, sampleRate);
}
