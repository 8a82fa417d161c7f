import type { WeightMap } from '../checkpoints/safetensors';

/**
 * What a missing tensor is called where weights are published under other names: as its nearest neighbour that is there, of which the renamed part leads to
 * both. `layers.0.norm.bias` is `layers.0.ln_1.bias` where `layers.0.norm.weight` is published as `layers.0.ln_1.weight`.
 */
export function publishedName(weights: WeightMap, key: string): string {
  let [nearest, result] = [-1, key];
  for (const [other, { name }] of weights) {
    const kept = alike(backwards(other), backwards(name)); // the part of both that was not renamed
    const [here, published] = [other.slice(0, other.length - kept), name.slice(0, name.length - kept)];
    const near = alike(other, key);
    if (near <= nearest || !key.startsWith(here)) continue;
    [nearest, result] = [near, published + key.slice(here.length)];
  }
  return result;
}

/** How many characters two texts begin with alike, up to the end of a part of a name. */
function alike(a: string, b: string): number {
  let [length, end] = [0, 0];
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) if (a[length++] === '.') end = length;
  return a === b ? a.length : end;
}

const backwards = (text: string) => [...text].reverse().join('');
