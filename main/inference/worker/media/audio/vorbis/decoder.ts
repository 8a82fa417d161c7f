/** Decoder of Vorbis packets, after the specification "Vorbis I" of the Xiph.Org Foundation (section 4.3). */
import { readIdentification, readSetup, type Identification, type Mapping, type Mode } from './headers';
import { InverseTransform } from './inverse-transform';
import { bitLength, LowBitsFirst } from './low-bits-first';

export class VorbisDecoder {
  readonly sampleRate: number; // Hz
  private readonly identification: Identification;
  private readonly modes: Mode[];
  private readonly transforms: [short: InverseTransform, long: InverseTransform];
  private readonly slopes: [short: Float32Array, long: Float32Array]; // the rising half of each window
  private before: Float32Array[] | undefined; // of each channel: the packet before from the middle of its window on

  /** The first and the third header. Errors: BAD_MEDIA for a damaged one. */
  constructor(identification: Uint8Array, setup: Uint8Array) {
    this.identification = readIdentification(identification);
    this.sampleRate = this.identification.sampleRate;
    this.modes = readSetup(setup, this.identification);
    const [short, long] = this.identification.blockSizes;
    this.transforms = [new InverseTransform(short), new InverseTransform(long)];
    this.slopes = [slope(short / 2), slope(long / 2)];
  }

  /** The sound that is complete with this packet, nothing for the first; undefined: the packet is damaged. */
  decode(packet: Uint8Array): Float32Array[] | undefined {
    const bits = new LowBitsFirst(packet);
    if (bits.flag()) return undefined; // not sound
    const mode = this.modes[bits.read(bitLength(this.modes.length - 1))];
    if (!mode || bits.past) return undefined;
    const [longBefore, longAfter] = mode.long ? [bits.flag(), bits.flag()] : [false, false];
    const spectra = this.spectra(bits, mode);
    const transform = this.transforms[mode.long ? 1 : 0];
    const blocks = spectra.map((spectrum) => {
      const block = new Float32Array(transform.size);
      transform.run(spectrum, block);
      return block;
    });
    const rise = this.slopes[mode.long && longBefore ? 1 : 0];
    const fall = this.slopes[mode.long && longAfter ? 1 : 0];
    for (const block of blocks) shape(block, rise, fall);
    const sound = blocks.map((block, channel) => overlapped(this.before?.[channel], block));
    this.before = blocks.map((block) => block.slice(block.length / 2));
    return sound;
  }

  /** Of each channel: floor times residue, couplings undone. */
  private spectra(bits: LowBitsFirst, { long, mapping }: Mode): Float32Array[] {
    const { channels, blockSizes } = this.identification;
    const spectra = Array.from({ length: channels }, () => new Float32Array(blockSizes[long ? 1 : 0] / 2));
    const floors = mapping.submapOf.map((submap) => mapping.submaps[submap]!.floor.read(bits));
    const silent = floors.map((floor) => floor === undefined);
    for (const { magnitude, angle } of mapping.couplings) if (!silent[magnitude] || !silent[angle]) silent[magnitude] = silent[angle] = false;
    for (const [submap, { residue }] of mapping.submaps.entries()) {
      const own = spectra.map((_, channel) => channel).filter((channel) => mapping.submapOf[channel] === submap);
      if (own.length > 0) residue.decode(bits, own.map((channel) => spectra[channel]!), own.map((channel) => silent[channel]!));
    }
    for (const { magnitude, angle } of mapping.couplings.toReversed()) uncouple(spectra[magnitude]!, spectra[angle]!);
    for (const [channel, spectrum] of spectra.entries()) this.applyFloor(mapping, channel, floors[channel], spectrum);
    return spectra;
  }

  private applyFloor(mapping: Mapping, channel: number, floor: number[] | undefined, spectrum: Float32Array): void {
    if (floor) mapping.submaps[mapping.submapOf[channel]!]!.floor.apply(floor, spectrum);
    else spectrum.fill(0);
  }
}

/** The window's rising half of `length` samples: power-complementary, so that two that overlap make one whole. */
function slope(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((Math.PI / 2) * Math.sin((Math.PI / 2) * ((i + 0.5) / length)) ** 2));
}

/** A block's window: where it meets a shorter block, it is silence and whole sound around the shorter slope. */
function shape(block: Float32Array, rise: Float32Array, fall: Float32Array): void {
  const half = block.length / 2;
  const before = (half - rise.length) / 2;
  block.fill(0, 0, before);
  for (let i = 0; i < rise.length; i++) block[before + i]! *= rise[i]!;
  const after = half + (half - fall.length) / 2;
  for (let i = 0; i < fall.length; i++) block[after + i]! *= fall[fall.length - 1 - i]!;
  block.fill(0, after + fall.length);
}

/** From the middle of the window before to the middle of this one: the two are aligned at the middles of their slopes. */
function overlapped(before: Float32Array | undefined, block: Float32Array): Float32Array {
  if (!before) return new Float32Array(0);
  const half = block.length / 2;
  const sound = new Float32Array((before.length + half) / 2);
  const shift = sound.length - half; // of this block against the end of the one before; below 0 where this one is longer
  for (let i = 0; i < sound.length; i++) sound[i] = (i < before.length ? before[i]! : 0) + (i >= shift ? block[i - shift]! : 0);
  return sound;
}

/** A pair of channels is stored as the louder of the two and the difference to it. */
function uncouple(magnitudes: Float32Array, angles: Float32Array): void {
  for (let i = 0; i < magnitudes.length; i++) {
    const [m, a] = [magnitudes[i]!, angles[i]!];
    const other = m > 0 === a > 0 ? m - a : m + a;
    if (a > 0) angles[i] = other;
    else [magnitudes[i], angles[i]] = [other, m];
  }
}
