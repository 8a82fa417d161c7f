/** What a pickle may hold: plain values, tensors on storages, and records of everything else, which is never called. */
import type { ElementTypeName } from './element-types';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[] // lists, tuples and sets
  | Map<PickleValue, PickleValue>
  | GlobalName
  | InertRecord
  | StorageType
  | Storage
  | PickledTensor;

/** A name that is not on the allow-list. */
export class GlobalName {
  constructor(readonly name: string) {}
}

/** An object that a name would have made: what it was given, and the state that was put on it. */
export class InertRecord {
  state: PickleValue = null;

  constructor(
    readonly name: string,
    readonly args: PickleValue,
  ) {}
}

export class StorageType {
  constructor(readonly element: ElementTypeName) {}
}

/** One-dimensional memory that tensors lie on. */
export class Storage {
  constructor(
    readonly element: ElementTypeName,
    readonly key: string,
    readonly length: number, // elements
    /** where the view that the pickle means begins, elements (files before PyTorch 0.4) */
    readonly start: number,
  ) {}
}

export class PickledTensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number, // elements
    readonly shape: readonly number[],
    readonly strides: readonly number[], // elements
  ) {}
}

/** The storages that PyTorch names, by their element type. */
export const STORAGE_ELEMENTS: Readonly<Record<string, ElementTypeName>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
