/** Finds the weights in what a training script saved, and keeps the plain values beside them as its configuration. */
import { badTorch } from './byte-reader';
import { InertRecord, PickledTensor, type PickleValue } from './pickle-values';

export type PlainValue = null | boolean | number | string | PlainValue[] | { [key: string]: PlainValue };

export interface StateDict {
  tensors: Map<string, PickledTensor>;
  /** the keys that lead to the weights, '' where they lie at the top */
  wrapper: string;
  config: PlainValue;
}

/** Names under which scripts save weights. Averaged ones come last: published figures are of the others unless they are alone. */
const WRAPPERS = ['model', 'state_dict', 'params', 'model_state_dict', 'generator', 'model_ema', 'params_ema'];
/** What torch.nn.DataParallel and the training program of SPMamba put before every key. */
const PREFIXES = ['module.', 'audio_model.'];
const MAX_VALUES = 250_000;
const MAX_DEPTH = 32;

export function findStateDict(object: PickleValue): StateDict {
  const path: string[] = [];
  let found = object;
  while (found instanceof Map && path.length < MAX_DEPTH && !holdsTensors(found)) {
    const wrapper = findWrapper(found);
    if (wrapper === undefined) break;
    path.push(wrapper);
    found = found.get(wrapper)!;
  }
  const walk = new Walk();
  walk.collect(found, '', 0);
  if (walk.tensors.size === 0) throw badTorch(`it holds ${describe(object)}, a dictionary of tensors was expected`);
  return { tensors: withoutPrefix(walk.tensors), wrapper: path.join('.'), config: new Walk().plain(object, 0) ?? null };
}

/** A name that scripts use, or else the only entry that is a dictionary of tensors. */
function findWrapper(dict: Map<PickleValue, PickleValue>): string | undefined {
  const known = WRAPPERS.find((name) => dict.get(name) instanceof Map);
  if (known) return known;
  const candidates = [...dict].filter(([, value]) => holdsTensors(value)).map(([name]) => name);
  return candidates.length === 1 && typeof candidates[0] === 'string' ? candidates[0] : undefined;
}

function holdsTensors(value: PickleValue): boolean {
  return value instanceof Map && [...value.values()].some((item) => item instanceof PickledTensor);
}

/** Counts what it visits: shared and cyclic values are small in the file and endless to walk. */
class Walk {
  readonly tensors = new Map<string, PickledTensor>();
  private visited = 0;

  /** Tensors of nested dictionaries by their dotted keys. */
  collect(value: PickleValue, key: string, depth: number): void {
    this.count(depth);
    if (value instanceof PickledTensor) this.tensors.set(key, value);
    else if (value instanceof Map) {
      for (const [name, item] of value) if (typeof name === 'string') this.collect(item, key ? `${key}.${name}` : name, depth + 1);
    }
  }

  /** What JSON can say of a value; undefined for tensors, bytes and empty shells. */
  plain(value: PickleValue, depth: number): PlainValue | undefined {
    this.count(depth);
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
    if (typeof value === 'bigint') return String(value);
    if (Array.isArray(value)) return value.map((item) => this.plain(item, depth + 1)).filter((item) => item !== undefined);
    if (value instanceof InertRecord) return this.plain(value.state, depth + 1);
    if (!(value instanceof Map)) return undefined;
    const entries = [...value].map(([name, item]) => [name, this.plain(item, depth + 1)] as const);
    const kept = entries.filter(([name, item]) => (typeof name === 'string' || typeof name === 'number') && item !== undefined);
    return kept.length > 0 || value.size === 0 ? (Object.fromEntries(kept) as { [key: string]: PlainValue }) : undefined;
  }

  private count(depth: number): void {
    if (depth > MAX_DEPTH) throw badTorch(`values nested more than ${MAX_DEPTH} deep`);
    if (++this.visited > MAX_VALUES) throw badTorch(`more than ${MAX_VALUES} values`);
  }
}

function withoutPrefix(tensors: Map<string, PickledTensor>): Map<string, PickledTensor> {
  const prefix = PREFIXES.find((prefix) => [...tensors.keys()].every((key) => key.startsWith(prefix)));
  return prefix === undefined ? tensors : new Map([...tensors].map(([key, tensor]) => [key.slice(prefix.length), tensor]));
}

function describe(object: PickleValue): string {
  if (object instanceof InertRecord) return `a program object ${object.name.slice(0, 100)}`;
  if (object instanceof Map) return `a dictionary with ${[...object.keys()].slice(0, 8).map((key) => String(key).slice(0, 40)).join(', ') || 'nothing'}`;
  return Array.isArray(object) ? 'a list' : object instanceof PickledTensor ? 'a single tensor' : `a value (${typeof object})`;
}
