/** The element types of a safetensors file: their size, and how their little-endian bytes read as float32. */

export interface ElementType {
  /** bytes of one element */
  size: number;
  /** `bytes` starts its own buffer, so that any typed array may lie on it. */
  toFloat32(bytes: Uint8Array<ArrayBuffer>): Float32Array;
}

export const ELEMENT_TYPES = {
  F64: { size: 8, toFloat32: ({ buffer }) => new Float32Array(new Float64Array(buffer)) },
  F32: { size: 4, toFloat32: ({ buffer }) => new Float32Array(buffer) },
  F16: { size: 2, toFloat32: ({ buffer }) => widen(new Uint16Array(buffer), halfBits) },
  BF16: { size: 2, toFloat32: ({ buffer }) => widen(new Uint16Array(buffer), (bits) => bits << 16) },
  I64: { size: 8, toFloat32: ({ buffer }) => Float32Array.from(new BigInt64Array(buffer), Number) },
  U64: { size: 8, toFloat32: ({ buffer }) => Float32Array.from(new BigUint64Array(buffer), Number) },
  I32: { size: 4, toFloat32: ({ buffer }) => new Float32Array(new Int32Array(buffer)) },
  U32: { size: 4, toFloat32: ({ buffer }) => new Float32Array(new Uint32Array(buffer)) },
  I16: { size: 2, toFloat32: ({ buffer }) => new Float32Array(new Int16Array(buffer)) },
  U16: { size: 2, toFloat32: ({ buffer }) => new Float32Array(new Uint16Array(buffer)) },
  I8: { size: 1, toFloat32: ({ buffer }) => new Float32Array(new Int8Array(buffer)) },
  U8: { size: 1, toFloat32: (bytes) => new Float32Array(bytes) },
  BOOL: { size: 1, toFloat32: (bytes) => new Float32Array(bytes) },
} satisfies Record<string, ElementType>;

export type ElementTypeName = keyof typeof ELEMENT_TYPES;

export function isElementType(name: unknown): name is ElementTypeName {
  return typeof name === 'string' && Object.hasOwn(ELEMENT_TYPES, name);
}

function widen(narrow: Uint16Array, toBits: (narrow: number) => number): Float32Array {
  const bits = new Uint32Array(narrow.length);
  for (let i = 0; i < narrow.length; i++) bits[i] = toBits(narrow[i]!);
  return new Float32Array(bits.buffer);
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The bits of the float32 that equals an IEEE 754 half (1 sign, 5 exponent, 10 fraction bits). */
function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13); // infinity, NaN
  if (exponent > 0) return sign | ((exponent + 127 - 15) << 23) | (fraction << 13);
  single[0] = fraction * 2 ** -24; // zero, subnormal
  return sign | singleBits[0]!;
}
