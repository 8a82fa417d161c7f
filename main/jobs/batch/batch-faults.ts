/** Which faults stop a whole batch instead of one file: those that the next file would meet as well, and that a person can put right. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BatchSpec } from '../../contract/batch';
import { AppError, type ErrorCode, type ErrorReport } from '../../contract/errors';
import { checkOutputFolder } from '../../fs/output-folder';

const ALWAYS: readonly ErrorCode[] = ['DISK_FULL', 'UNKNOWN_MODEL', 'BAD_CARD', 'BAD_CHECKPOINT', 'BAD_WEIGHTS'];

/** Null where the file alone fails. */
export async function reasonToPause(error: ErrorReport, spec: BatchSpec, input: string): Promise<ErrorReport | null> {
  if (ALWAYS.includes(error.code)) return error;
  if (error.code === 'OUTPUT_NOT_WRITABLE' && spec.outDir !== null) {
    return checkOutputFolder(spec.outDir).then(() => null, (why: unknown) => (why instanceof AppError ? why.toReport() : error));
  }
  if (error.code === 'FILE_NOT_FOUND' || error.code === 'NO_ACCESS' || error.code === 'BAD_MEDIA') {
    const source = spec.sources.find((folder) => input.startsWith(folder + path.sep));
    if (source !== undefined && !(await canStat(source))) {
      return { code: 'FILE_NOT_FOUND', message: `The folder ${source} is gone`, hint: 'Connect its disk or network share again, then resume.' };
    }
  }
  return null;
}

export function reportOf(error: unknown): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: 'This is a fault of the program: please report it.' };
}

function canStat(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}
