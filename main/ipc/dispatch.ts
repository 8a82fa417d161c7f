/** Where every request is parsed, whatever carried it. Nothing is thrown: the answer is a result or a report. */
import { z } from 'zod';
import { ModelError } from '../../models/errors';
import { requests, type Handlers, type RequestName } from '../contract/api';
import { AppError, type ErrorReport } from '../contract/errors';
import type { IpcAnswer } from '../contract/wire';

type Handler = (params: unknown) => Promise<unknown>;

export interface DispatchOptions {
  /** Hears of what should not happen: an exception that is no AppError. */
  unexpected: (what: string, error: unknown) => void;
  /** Compares each result with the contract; a mismatch is INTERNAL. For tests: zod would copy every list. */
  checkResults?: boolean;
}

export type Dispatch = (name: string, params: unknown) => Promise<IpcAnswer>;

export function createDispatch(handlers: Handlers, { unexpected, checkResults = false }: DispatchOptions): Dispatch {
  return async (name, params) => {
    if (!isRequest(name)) return { error: { code: 'BAD_USAGE', message: `There is no request ${name.slice(0, 100)}`, hint: 'Reload the window: it may be older than the program.' } };
    const parsed = requests[name].params.safeParse(params ?? {});
    if (!parsed.success) {
      return { error: { code: 'BAD_USAGE', message: `Parameters of ${name}: ${z.prettifyError(parsed.error).slice(0, 500)}`, hint: 'Reload the window: it may be older than the program.' } };
    }
    try {
      const result = await (handlers[name] as Handler)(parsed.data);
      return { result: checkResults ? requests[name].result.parse(result) : result };
    } catch (error) {
      return { error: reportOf(error, (cause) => unexpected(name, cause)) };
    }
  };
}

/** Any thrown value as a report; `unexpected` hears of those that carry no code. */
export function reportOf(error: unknown, unexpected: (error: unknown) => void): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  if (error instanceof ModelError) return { code: error.code, message: error.message, hint: error.hint };
  unexpected(error);
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: 'This is a fault of Mamba Studio. See the log.' };
}

function isRequest(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}
