/** Uncompressed samples of every stored kind -> float in [-1, 1]. */

const kinds = {
  u8: { bytes: 1, read: (v: DataView, at: number) => (v.getUint8(at) - 128) / 128 },
  s8: { bytes: 1, read: (v: DataView, at: number) => v.getInt8(at) / 128 },
  s16le: { bytes: 2, read: (v: DataView, at: number) => v.getInt16(at, true) / 0x8000 },
  s16be: { bytes: 2, read: (v: DataView, at: number) => v.getInt16(at, false) / 0x8000 },
  s24le: { bytes: 3, read: (v: DataView, at: number) => ((v.getInt8(at + 2) << 16) | v.getUint16(at, true)) / 0x800000 },
  s24be: { bytes: 3, read: (v: DataView, at: number) => ((v.getInt8(at) << 16) | v.getUint16(at + 1, false)) / 0x800000 },
  s32le: { bytes: 4, read: (v: DataView, at: number) => v.getInt32(at, true) / 0x80000000 },
  s32be: { bytes: 4, read: (v: DataView, at: number) => v.getInt32(at, false) / 0x80000000 },
  f32le: { bytes: 4, read: (v: DataView, at: number) => v.getFloat32(at, true) },
  f32be: { bytes: 4, read: (v: DataView, at: number) => v.getFloat32(at, false) },
  f64le: { bytes: 8, read: (v: DataView, at: number) => v.getFloat64(at, true) },
  f64be: { bytes: 8, read: (v: DataView, at: number) => v.getFloat64(at, false) },
  alaw: { bytes: 1, read: (v: DataView, at: number) => alaw(v.getUint8(at)) },
  ulaw: { bytes: 1, read: (v: DataView, at: number) => ulaw(v.getUint8(at)) },
};

export type SampleKind = keyof typeof kinds;

export interface SampleReader {
  bytes: number;
  read(view: DataView, at: number): number;
}

export function sampleReader(kind: SampleKind): SampleReader {
  return kinds[kind];
}

/** ITU-T G.711 A-law: even bits inverted, sign, 3-bit segment, 4-bit step; 13-bit result scaled to [-1, 1]. */
function alaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 1) | 1;
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return (bits & 0x80 ? magnitude : -magnitude) / 4096;
}

/** ITU-T G.711 mu-law: all bits inverted, bias 33; 14-bit result scaled to [-1, 1]. */
function ulaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 1) + 33) << ((bits >> 4) & 7)) - 33;
  return (bits & 0x80 ? -magnitude : magnitude) / 8192;
}
