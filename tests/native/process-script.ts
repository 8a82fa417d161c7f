/** Starts a run of minutes, then leaves by process.exit(3) or by an uncaught error. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative } from '../../native-kernels/lib';
import { random } from './tensors';

const N = 1024;
const g = new GraphBuilder('long');
const w = g.input('w', [N, N]);
let value = g.input('x', [N, N]);
for (let i = 0; i < 3000; i++) value = g.node('Tanh', [g.node('MatMul', [value, w])]);
g.output('y', value, [N, N]);
const session = loadNative().openSession(g.toModel(), { threads: 1 });
session.run({ x: random([N, N], 1), w: random([N, N], 2) }).catch(() => undefined);
setTimeout(() => {
  if (process.argv[2] === 'exit') process.exit(3);
  throw new Error('uncaught');
}, 100);
