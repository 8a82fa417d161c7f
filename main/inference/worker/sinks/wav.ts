import wavefile from 'wavefile';
import { toInt16 } from '../../../../models/tasks/enhance/int16';

/** A mono WAV file of 16-bit integers. */
export function wav16(pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  return mono(Int16Array.from(join(pieces), toInt16), sampleRate, '16');
}

/** A mono WAV file of 32-bit floats, as they are. */
export function wavFloat32(pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  return mono(join(pieces), sampleRate, '32f');
}

function mono(samples: Int16Array | Float32Array, sampleRate: number, bitDepth: '16' | '32f'): Uint8Array {
  const file = new wavefile.WaveFile();
  file.fromScratch(1, sampleRate, bitDepth, samples);
  return file.toBuffer();
}

function join(pieces: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
