import { AppError, type ErrorCode, type ErrorReport } from '../../contract/errors';

const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_USAGE: 400,
  BAD_INPUT: 400,
  NOT_ALLOWED: 403,
  FILE_NOT_FOUND: 404,
  CANCELLED: 409,
  TOO_LARGE: 413,
  INTERNAL: 500,
  WORKER_CRASHED: 500,
  NATIVE_FAILED: 500,
  NOT_AVAILABLE: 501,
  OUT_OF_MEMORY: 507,
  DISK_FULL: 507,
  OUTPUT_NOT_WRITABLE: 507,
};
const UNPROCESSABLE = 422; // what is wrong is in the file

export function errorResponse(report: ErrorReport, status = STATUS[report.code] ?? UNPROCESSABLE, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(report), { status, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers } });
}

export function notFound(path: string): AppError {
  return new AppError('FILE_NOT_FOUND', `There is nothing at ${path.slice(0, 200)}`, 'Reload the window.');
}
