/** Prints how many milliseconds a hundredth of a run of minutes takes, starts that run, then leaves by process.exit(3) or by an uncaught error. */
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative } from '../../native-kernels/lib';
import { random } from './tensors';

const N = 1024;
const open = (nodes: number) => {
  const g = new GraphBuilder('long');
  const w = g.input('w', [N, N]);
  let value = g.input('x', [N, N]);
  for (let i = 0; i < nodes; i++) value = g.node('Tanh', [g.node('MatMul', [value, w])]);
  g.output('y', value, [N, N]);
  return loadNative().openSession(g.toModel(), { threads: 1 });
};
const feeds = { x: random([N, N], 1), w: random([N, N], 2) };
const part = open(30);
const start = performance.now();
await part.run(feeds);
console.log(performance.now() - start);
open(3000).run(feeds).catch(() => undefined);
setTimeout(() => {
  if (process.argv[2] === 'exit') process.exit(3);
  throw new Error('uncaught');
}, 100);
