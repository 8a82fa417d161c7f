import { ModelError } from '../../../models/errors';
import { AppError, type ErrorReport } from '../../contract/errors';
import { readError } from '../../fs/system-errors';

/** Whatever was thrown while a job ran, in the codes of the contract. `input`: the job's file, which an unexplained system error concerns. */
export function reportOf(error: unknown, input: string): ErrorReport {
  const known = readError(error, input);
  if (known instanceof AppError) return known.toReport();
  if (known instanceof ModelError) return { code: known.code, message: known.message, hint: known.hint };
  if (!(known instanceof Error)) return internal(String(known));
  const { code } = known as NodeJS.ErrnoException;
  if (known.name === 'AbortError') return { code: 'CANCELLED', message: 'Cancelled', hint: '' };
  if (code === 'OUT_OF_MEMORY' || /allocation failed|out of memory|bad_alloc|invalid array length/i.test(known.message)) {
    return { code: 'OUT_OF_MEMORY', message: `Not enough memory for ${input}: ${known.message}`, hint: 'Close other programs or use a smaller file.' };
  }
  if (code?.startsWith('ORT_')) return { code: 'NATIVE_FAILED', message: `ONNX Runtime failed: ${known.message}`, hint: 'Try --device portable.' };
  return internal(known.message);
}

function internal(message: string): ErrorReport {
  return { code: 'INTERNAL', message, hint: 'This is a fault of the program: please report it.' };
}
