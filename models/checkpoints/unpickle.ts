/**
 * The part of Python's pickle machine (protocols 2 to 5, docs.python.org/3/library/pickletools.html) that checkpoints use. It makes plain
 * values, tensors and inert records; it never imports or calls anything. Operations, containers and text are bounded, so a
 * hostile file costs little time and memory. Anything unexpected is a ModelError BAD_CHECKPOINT.
 */
import { badTorch, type ByteReader } from './byte-reader';
import { GlobalName, InertRecord, type PickleValue, type Storage } from './pickle-values';
import { call, persistent, resolveGlobal } from './torch-globals';

/** Some 35 operations and 7 containers describe a tensor. */
const MAX_OPERATIONS = 2_500_000;
const MAX_CONTAINERS = 500_000;
const MAX_TEXT_BYTES = 4 << 20;
const MAX_TEXT_BYTES_ALTOGETHER = 64 << 20;
const MAX_INTEGER_BYTES = 64;

/** Reads one pickle and leaves the reader behind it. The storages that it names are put into `storages` by their keys. */
export function unpickle(reader: ByteReader, storages = new Map<string, Storage>()): PickleValue {
  return new PickleMachine(reader, storages).run();
}

const utf8 = new TextDecoder();

class PickleMachine {
  private stack: PickleValue[] = [];
  /** the stacks below each mark */
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private containers = 0;
  private textBytes = 0;

  constructor(
    private readonly reader: ByteReader,
    private readonly storages: Map<string, Storage>,
  ) {}

  run(): PickleValue {
    for (let operations = 0; operations < MAX_OPERATIONS; operations++) {
      const opcode = String.fromCharCode(this.reader.uint8());
      if (opcode === '.') return this.pop();
      const operation = OPERATIONS[opcode];
      if (!operation) throw badTorch(`pickle operation 0x${opcode.charCodeAt(0).toString(16)} at byte ${this.reader.position - 1}`);
      operation(this, this.reader);
    }
    throw badTorch(`a pickle of more than ${MAX_OPERATIONS} operations`);
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pushContainer(value: PickleValue): void {
    if (++this.containers > MAX_CONTAINERS) throw badTorch(`a pickle of more than ${MAX_CONTAINERS} objects`);
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw badTorch('a pickle that takes a value from an empty stack');
    return value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw badTorch('a pickle that reads an empty stack');
    return value;
  }

  mark(): void {
    if (++this.containers > MAX_CONTAINERS) throw badTorch(`a pickle of more than ${MAX_CONTAINERS} objects`);
    this.marks.push(this.stack);
    this.stack = [];
  }

  /** What was pushed since the last mark. */
  popMark(): PickleValue[] {
    const items = this.stack;
    const below = this.marks.pop();
    if (!below) throw badTorch('a pickle that returns to a mark it never set');
    this.stack = below;
    return items;
  }

  memoise(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw badTorch(`a pickle that recalls value ${index}, which it never stored`);
    this.push(value);
  }

  text(length: number): string {
    return utf8.decode(this.bytes(length));
  }

  /** Texts and byte strings are kept: none of them may be large, nor all of them together. */
  bytes(length: number): Uint8Array {
    this.textBytes += length;
    if (length > MAX_TEXT_BYTES) throw badTorch(`a text of ${length} bytes, at most ${MAX_TEXT_BYTES} are allowed`);
    if (this.textBytes > MAX_TEXT_BYTES_ALTOGETHER) throw badTorch(`texts of more than ${MAX_TEXT_BYTES_ALTOGETHER} bytes altogether`);
    return this.reader.take(length);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (Array.isArray(list)) for (const item of items) list.push(item);
    else if (!(list instanceof InertRecord)) throw badTorch('a pickle that appends to what is no list');
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (dict instanceof InertRecord) return;
    if (!(dict instanceof Map)) throw badTorch('a pickle that sets items of what is no dictionary');
    fill(dict, items);
  }

  /** Python's obj.__setstate__(state): records keep it, other values do without. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof InertRecord) target.state = state;
  }

  persistent(): void {
    const storage = persistent(this.pop());
    const known = this.storages.get(storage.key);
    if (known && (known.element !== storage.element || known.length !== storage.length)) throw badTorch(`storage ${storage.key} is described in two ways`);
    this.storages.set(storage.key, storage);
    this.pushContainer(storage);
  }

  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw badTorch('a pickle that names an object by what is no text');
    this.pushContainer(resolveGlobal(module, name));
  }
}

function fill(dict: Map<PickleValue, PickleValue>, items: readonly PickleValue[]): Map<PickleValue, PickleValue> {
  if (items.length % 2) throw badTorch('a pickle with a key that has no value');
  for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  return dict;
}

/** Two's complement, little-endian. */
function integer(reader: ByteReader, length: number): number | bigint {
  if (length > MAX_INTEGER_BYTES) throw badTorch(`an integer of ${length} bytes`);
  let value = 0n;
  for (const [i, byte] of reader.take(length).entries()) value |= BigInt(byte) << BigInt(8 * i);
  const signed = BigInt.asIntN(8 * length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

type Operation = (machine: PickleMachine, reader: ByteReader) => void;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  // frame of the stream
  '\x80': (_, r) => void r.uint8(), // PROTO
  '\x95': (_, r) => r.skip(8), // FRAME
  // scalars
  N: (m) => m.push(null),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  K: (m, r) => m.push(r.uint8()),
  M: (m, r) => m.push(r.uint16()),
  J: (m, r) => m.push(r.int32()),
  '\x8a': (m, r) => m.push(integer(r, r.uint8())),
  '\x8b': (m, r) => m.push(integer(r, r.uint32())),
  G: (m, r) => m.push(r.float64BigEndian()),
  // text and bytes
  '\x8c': (m, r) => m.push(m.text(r.uint8())),
  X: (m, r) => m.push(m.text(r.uint32())),
  '\x8d': (m, r) => m.push(m.text(r.uint64())),
  U: (m, r) => m.push(m.text(r.uint8())),
  T: (m, r) => m.push(m.text(r.uint32())),
  C: (m, r) => m.pushContainer(m.bytes(r.uint8()).slice()),
  B: (m, r) => m.pushContainer(m.bytes(r.uint32()).slice()),
  '\x8e': (m, r) => m.pushContainer(m.bytes(r.uint64()).slice()),
  '\x96': (m, r) => m.pushContainer(m.bytes(r.uint64()).slice()),
  // lists, tuples, sets
  ']': (m) => m.pushContainer([]),
  ')': (m) => m.pushContainer([]),
  '\x8f': (m) => m.pushContainer([]),
  l: (m) => m.pushContainer(m.popMark()),
  t: (m) => m.pushContainer(m.popMark()),
  '\x91': (m) => m.pushContainer(m.popMark()),
  '\x85': (m) => m.pushContainer([m.pop()]),
  '\x86': (m) => m.pushContainer([m.pop(), m.pop()].reverse()),
  '\x87': (m) => m.pushContainer([m.pop(), m.pop(), m.pop()].reverse()),
  a: (m) => m.append([m.pop()]),
  e: (m) => m.append(m.popMark()),
  '\x90': (m) => m.append(m.popMark()),
  // dictionaries
  '}': (m) => m.pushContainer(new Map()),
  d: (m) => m.pushContainer(fill(new Map(), m.popMark())),
  s: (m) => m.setItems([m.pop(), m.pop()].reverse()),
  u: (m) => m.setItems(m.popMark()),
  // stack and memo
  '(': (m) => m.mark(),
  '0': (m) => void m.pop(),
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top()),
  q: (m, r) => m.memoise(r.uint8()),
  r: (m, r) => m.memoise(r.uint32()),
  '\x94': (m) => m.memoise(),
  h: (m, r) => m.recall(r.uint8()),
  j: (m, r) => m.recall(r.uint32()),
  // names and objects
  c: (m, r) => m.global(utf8.decode(r.line()), utf8.decode(r.line())),
  '\x93': (m) => {
    const name = m.pop();
    m.global(m.pop(), name);
  },
  R: (m) => {
    const args = m.pop();
    m.pushContainer(call(m.pop(), args));
  },
  '\x81': (m) => { // NEWOBJ
    const args = m.pop();
    m.pushContainer(call(m.pop(), args));
  },
  '\x92': (m) => { // NEWOBJ_EX
    const [, args, callee] = [m.pop(), m.pop(), m.pop()];
    m.pushContainer(new InertRecord(callee instanceof GlobalName ? callee.name : 'object', args!));
  },
  b: (m) => m.build(),
  Q: (m) => m.persistent(),
};
