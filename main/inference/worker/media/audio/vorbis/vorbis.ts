import type { Codec } from '../packet-sound';
import { VorbisDecoder } from './decoder';

/** Vorbis. Its headers: identification, comment and setup. */
export const vorbis: Codec = {
  name: 'Vorbis',
  headers: 3,
  open([identification, , setup]) {
    const decoder = new VorbisDecoder(identification!, setup!);
    return Promise.resolve({ sampleRate: decoder.sampleRate, skip: 0, decode: (packet) => decoder.decode(packet), free: () => undefined });
  },
};
