import { availableParallelism } from 'node:os';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { runMadeInput } from './made-input';
import type { ServiceContext } from './run-service';

const ENOUGH_MS = 3000;
const SECONDS_OF_SOUND = 8; // a run of a long recording
const SECONDS_OF_SPEAKERS = 2; // which take long
const LARGEST_SIDE = 768; // pixels

/** How fast a model is here: runs of a realistic size, one after the other, for a few seconds after one that warms up. */
export async function measureModel({ model, device, threads }: ServiceParams<'measure'>, { loader, signal, progress }: ServiceContext): Promise<ServiceResult<'measure'>> {
  const loaded = await loader.load(model, { device, threads });
  const { card } = loaded;
  const size = { side: Math.min(LARGEST_SIDE, card.image?.tile ?? (card.scene && 'short' in card.scene ? card.scene.short : undefined) ?? card.upscale?.tile ?? LARGEST_SIDE), seconds: card.separate ? SECONDS_OF_SPEAKERS : SECONDS_OF_SOUND };
  await runMadeInput(loaded, { side: 64, seconds: 1 }, signal);
  const start = performance.now();
  let amount = 0;
  let elapsed = 0;
  let unit: ServiceResult<'measure'>['unit'];
  do {
    signal.throwIfAborted();
    const trial = await runMadeInput(loaded, size, signal);
    amount += trial.amount;
    unit = trial.unit;
    elapsed = performance.now() - start;
    progress('measure', Math.min(1, elapsed / ENOUGH_MS));
  } while (elapsed < ENOUGH_MS);
  const cores = loaded.built.stream ? 1 : availableParallelism(); // what the loader takes for 0
  return { speed: amount / (elapsed / 1000), unit, device: loaded.device, threads: threads || cores };
}
