import { AppError } from '../../../contract/errors';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { runMadeInput } from './made-input';
import type { ServiceContext } from './run-service';

type Finding = ServiceResult<'selfTest'>['finding'];

const SMALL = { side: 64, seconds: 2 };
/** Of the largest value: both are float32, but sum in other orders over hundreds of recurrent steps. A VM-UNet of random weights makes 2e-3 of that, and 1e-3 where one of them sums in float64. */
const TOLERANCE = 5e-3;

/** Errors, besides those of a result that is not right: BAD_CHECKPOINT, BAD_WEIGHTS, FILE_NOT_FOUND, NATIVE_FAILED. */
export async function selfTest({ model, device, threads }: ServiceParams<'selfTest'>, { loader, signal }: ServiceContext): Promise<ServiceResult<'selfTest'>> {
  const start = performance.now();
  const run = async (on: typeof device) => {
    const loaded = await loader.load(model, { device: on, threads });
    return { device: loaded.device, values: (await runMadeInput(loaded, SMALL, signal)).values };
  };
  const first = await run(device);
  const result = (finding: Finding, message: string, devices: string[] = [first.device], difference: number | null = null) => ({
    ok: finding === 'agree' || finding === 'alone', finding, message, devices, values: first.values.length, difference, seconds: (performance.now() - start) / 1000,
  });
  const bad = first.values.findIndex((value) => !Number.isFinite(value));
  if (first.values.length === 0) return result('noValues', `Ran on ${first.device}, but gave no values.`);
  if (bad >= 0) return result('notFinite', `Ran on ${first.device}, but value ${bad + 1} of ${first.values.length} is ${first.values[bad]}.`);
  const second = await run(first.device === 'native' ? 'portable' : 'native').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NATIVE_FAILED') return error;
    throw error;
  });
  const finite = `Ran on ${first.device}; all ${first.values.length} values are finite.`;
  if (second instanceof AppError) return result('alone', `${finite} Not compared: ${second.message}`);
  const difference = relativeDifference(first.values, second.values);
  const message = `${finite} ${first.device} and ${second.device} differ by ${difference.toExponential(1)} of the largest value (at most ${TOLERANCE} is expected).`;
  return result(difference <= TOLERANCE ? 'agree' : 'differ', message, [first.device, second.device], Number.isFinite(difference) ? difference : null);
}

/** Infinity where the lengths differ or a value is not finite. */
function relativeDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(b[i])) return Infinity;
    largest = Math.max(largest, Math.abs(a[i]!));
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
  }
  return difference / Math.max(largest, 1e-6);
}
