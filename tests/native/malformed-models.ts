/** Damages models of every operator, opens what still opens and runs it: malformed-models ROUNDS. Prints one line of counts and nothing else; an error without a code ends it. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type Session, type Tensor } from '../../native-kernels/lib';
import { random } from './tensors';

const OPERATORS: Record<string, Record<string, number[]>> = {
  SelectiveScan: { u: [1, 5, 6], delta: [1, 5, 6], A: [6, 3], B: [1, 5, 3], C: [1, 5, 3] },
  CausalConv1d: { x: [1, 5, 6], w: [6, 4], bias: [6] },
  StateSpaceDual: { x: [1, 5, 2, 3], dt: [1, 5, 2], A: [2], B: [1, 5, 4], C: [1, 5, 4] },
  SelectiveScan2d: { u: [1, 3, 2, 4], delta: [1, 4, 3, 2, 4], A: [4, 4, 3], B: [1, 4, 3, 2, 3], C: [1, 4, 3, 2, 3] },
  DiagonalStateSpace: { x: [1, 5, 4], A: [4, 3, 2], C: [4, 3, 2] },
  GatedRmsNorm: { x: [1, 5, 6], weight: [6], z: [1, 5, 6] },
  Wkv6: { r: [1, 5, 2, 3], w: [1, 5, 2, 3], k: [1, 5, 2, 3], v: [1, 5, 2, 3], u: [2, 3] },
  Wkv7: { r: [1, 5, 2, 3], w: [1, 5, 2, 3], k: [1, 5, 2, 3], v: [1, 5, 2, 3], kappa: [1, 5, 2, 3], a: [1, 5, 2, 3] },
};
const MOST_ELEMENTS = 1e5;

let state = 2026;
function below(count: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % count;
}

/** Every other tensor as a weight, so that both ways into a kernel are met. */
function build(operator: string, shapes: Record<string, number[]>): Uint8Array {
  const g = new GraphBuilder(operator);
  const values = Object.entries(shapes).map(([name, dims], i) => (i % 2 === 0 ? g.input(name, dims.map((dim, axis) => (axis === 1 ? 'open' : dim))) : g.initializer(name, dims, random(dims, i).data as Float32Array)));
  g.output('y', g.node(operator, values, { reverse: 1 }, 'ssm'), ['b', 'l', 'd']);
  return g.toModel();
}

const DAMAGE: ((bytes: number[], at: number) => void)[] = [
  (bytes, at) => void (bytes[at]! ^= 1 << below(8)),
  (bytes, at) => void (bytes[at] = below(256)),
  (bytes, at) => void bytes.splice(at, 1 + below(8)),
  (bytes, at) => void bytes.splice(at, 0, ...bytes.slice(below(bytes.length), at)),
  (bytes, at) => void bytes.splice(at, 8, 255, 255, 255, 255, 255, 255, 255, 127), // a length or a size near the end of numbers
  (bytes, at) => void (bytes.length = at + 1),
];

function damaged(model: Uint8Array): Uint8Array {
  const bytes = [...model];
  const bits = below(2) === 0; // alone they often leave a model that opens
  for (let i = below(3); i >= 0; i--) DAMAGE[bits ? 0 : below(DAMAGE.length)]!(bytes, below(bytes.length));
  return Uint8Array.from(bytes);
}

/** Open sizes get one at random; undefined where the model wants other tensors or a huge one. */
function feedsOf(session: Session): Record<string, Tensor> | undefined {
  const feeds: Record<string, Tensor> = {};
  for (const { name, type, dims } of session.inputs) {
    const sizes = dims.map((dim) => (dim < 0 ? below(7) : dim));
    if (type !== 'float32' || sizes.reduce((product, dim) => product * dim, 1) > MOST_ELEMENTS) return undefined;
    feeds[name] = random(sizes, below(1000));
  }
  return feeds;
}

const counts = { refused: 0, failed: 0, ran: 0 };
const models = Object.entries(OPERATORS).map(([operator, shapes]) => build(operator, shapes));
for (let round = 0; round < Number(process.argv[2]); round++) {
  let session: Session | undefined;
  try {
    session = loadNative().openSession(damaged(models[round % models.length]!), { threads: 1 + below(2) });
    const feeds = feedsOf(session);
    if (feeds) await session.run(feeds);
    counts.ran++;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !/^(ORT|BAD)_/.test(code)) throw error;
    counts[session ? 'failed' : 'refused']++;
  } finally {
    session?.dispose();
  }
}
console.log(JSON.stringify(counts));
