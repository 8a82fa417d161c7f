/** Tells from the names of its weights which published architecture a checkpoint is, and writes its card. */
import { TASK_OF, type ModelCard } from '../cards/card';
import { ModelError } from '../errors';
import { FAMILIES, type Family } from './families';
import type { WeightMap } from './safetensors';

const SHOWN_KEYS = 6;
/** What training tools leave beside the weights. */
const COUNTERS = /(^|\.)(num_batches_tracked|total_ops|total_params)$/;

/** `id` names the model from now on. Throws ModelError BAD_CHECKPOINT for weights of no known family, saying which one is nearest and what does not fit. */
export function recognize(weights: WeightMap, id: string): ModelCard {
  const fits = FAMILIES.map((family) => fit(family, weights));
  const found = fits.find(({ missing, foreign }) => missing.length === 0 && foreign.length === 0);
  if (!found) throw unknown(weights, fits);
  const { family } = found;
  return {
    id,
    name: family.name,
    version: '1.0.0',
    task: TASK_OF[family.architecture],
    architecture: family.architecture,
    licence: 'as its authors say',
    summary: family.summary,
    ...family.sections(family.names?.(weights) ?? weights),
    figures: [],
    limits: [],
  };
}

interface Fit {
  family: Family;
  matched: number; // keys of the file that the family knows
  missing: string[]; // keys of the family that the file has not
  foreign: string[]; // keys of the file that the family does not know
}

function fit(family: Family, published: WeightMap): Fit {
  const weights = family.names?.(published) ?? published;
  const [keys, optional] = [family.keys.flatMap(alternatives), (family.optional ?? []).flatMap(alternatives)];
  const patterns = keys.map((pattern) => ({ pattern, expression: expressionOf([pattern]), seen: false }));
  const [known, passedOver] = [expressionOf(keys), expressionOf(optional)];
  const foreign: string[] = [];
  for (const [key, { name }] of weights) {
    if (COUNTERS.test(key) || passedOver.test(key)) continue;
    if (!known.test(key)) foreign.push(name);
    else for (const pattern of patterns) pattern.seen ||= pattern.expression.test(key);
  }
  return { family, matched: weights.size - foreign.length, missing: patterns.filter(({ seen }) => !seen).map(({ pattern }) => pattern), foreign };
}

/** 'a.{b,c}.d' -> 'a.b.d', 'a.c.d' */
function alternatives(pattern: string): string[] {
  const braces = /\{([^}]*)\}/.exec(pattern);
  if (!braces) return [pattern];
  const [before, after] = [pattern.slice(0, braces.index), pattern.slice(braces.index + braces[0].length)];
  return braces[1]!.split(',').flatMap((choice) => alternatives(before + choice + after));
}

/** Of a key that fits one of the patterns. */
function expressionOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|').replaceAll('.', '\\.').replaceAll('*', '\\d+')})$`);
}

function unknown(weights: WeightMap, fits: readonly Fit[]): ModelError {
  const nearest = [...fits].sort((a, b) => b.matched - a.matched || a.missing.length - b.missing.length)[0]!;
  const names = (keys: readonly string[]) => `${keys.slice(0, SHOWN_KEYS).map((key) => key.slice(0, 100)).join(', ')}${keys.length > SHOWN_KEYS ? ` and ${keys.length - SHOWN_KEYS} more` : ''}`;
  const described = [...weights.values()].map(({ name, shape }) => `${name} [${shape}]`);
  const reasons =
    nearest.matched === 0
      ? 'none of them is known'
      : [
          `nearest is ${nearest.family.name}, which knows ${nearest.matched} of them`,
          ...(nearest.foreign.length > 0 ? [`not ${names(nearest.foreign)}`] : []),
          ...(nearest.missing.length > 0 ? [`missing are ${names(nearest.missing)}`] : []),
        ].join('; ');
  const families = [...new Set(FAMILIES.map(({ name }) => name))].join(', ');
  return new ModelError('BAD_CHECKPOINT', `the weights belong to no known architecture: ${weights.size} tensors, ${names(described)}; ${reasons}`, `Known are ${families}. Other models need a folder with card.json and model.safetensors.`);
}
