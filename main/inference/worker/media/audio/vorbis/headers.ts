/** The identification and the setup header (Vorbis I, section 4.2). */
import { damaged } from '../faults';
import { Codebook } from './codebook';
import { Floor } from './floor';
import { bitLength, LowBitsFirst } from './low-bits-first';
import { Residue } from './residue';

export interface Identification {
  channels: number;
  sampleRate: number; // Hz
  blockSizes: [short: number, long: number]; // samples
}

export interface Mapping {
  couplings: { magnitude: number; angle: number }[]; // channels
  submapOf: number[]; // by channel
  submaps: { floor: Floor; residue: Residue }[];
}

/** How a packet is coded. */
export interface Mode {
  long: boolean;
  mapping: Mapping;
}

const HEADER = 7; // bytes: a number and "vorbis"

export function readIdentification(packet: Uint8Array): Identification {
  if (packet.length < 30) throw damaged('the Vorbis header is too short');
  const view = new DataView(packet.buffer, packet.byteOffset);
  const [channels, sampleRate, sizes] = [packet[11]!, view.getUint32(12, true), packet[28]!];
  const [short, long] = [sizes & 15, sizes >> 4];
  if (channels === 0 || sampleRate === 0 || short < 6 || long > 13 || short > long) throw damaged('the Vorbis header is damaged');
  return { channels, sampleRate, blockSizes: [2 ** short, 2 ** long] };
}

export function readSetup(packet: Uint8Array, { channels }: Identification): Mode[] {
  const bits = new LowBitsFirst(packet);
  bits.position = 8 * HEADER;
  const several = <T>(width: number, read: () => T): T[] => Array.from({ length: bits.read(width) + 1 }, read);
  const books = several(8, () => new Codebook(bits));
  several(6, () => bits.read(16)); // transforms in time: none is defined
  const floors = several(6, () => new Floor(bits, books));
  const residues = several(6, () => new Residue(bits, books));
  const mappings = several(6, () => readMapping(bits, channels, floors, residues));
  const modes = several(6, () => readMode(bits, mappings));
  if (!bits.flag() || bits.past) throw damaged('the Vorbis header is damaged');
  return modes;
}

function readMapping(bits: LowBitsFirst, channels: number, floors: Floor[], residues: Residue[]): Mapping {
  const kind = bits.read(16);
  const count = bits.flag() ? bits.read(4) + 1 : 1;
  const width = bitLength(channels - 1);
  const couplings = bits.flag() ? Array.from({ length: bits.read(8) + 1 }, () => ({ magnitude: bits.read(width), angle: bits.read(width) })) : [];
  const reserved = bits.read(2);
  const submapOf = Array.from({ length: channels }, () => (count > 1 ? bits.read(4) : 0));
  const submaps = Array.from({ length: count }, () => {
    bits.read(8); // a transform in time
    const [floor, residue] = [floors[bits.read(8)], residues[bits.read(8)]];
    if (!floor || !residue) throw damaged('the Vorbis header is damaged');
    return { floor, residue };
  });
  const wrong = couplings.some(({ magnitude, angle }) => magnitude === angle || Math.max(magnitude, angle) >= channels) || submapOf.some((submap) => submap >= count);
  if (kind !== 0 || reserved !== 0 || wrong) throw damaged('the Vorbis header is damaged');
  return { couplings, submapOf, submaps };
}

function readMode(bits: LowBitsFirst, mappings: Mapping[]): Mode {
  const long = bits.flag();
  const kinds = bits.read(32); // of window and transform: one of each is defined
  const mapping = mappings[bits.read(8)];
  if (kinds !== 0 || !mapping) throw damaged('the Vorbis header is damaged');
  return { long, mapping };
}
