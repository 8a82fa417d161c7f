/** What comes in is checked here once, whatever carried it. */
import { events, type EventBody, type EventName } from '../../main/contract/api';
import { ERROR_CODES, type ErrorCode, type ErrorReport } from '../../main/contract/errors';
import { BridgeError } from './bridge';

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

/** The body as the contract has it, or undefined where it does not fit. */
export function eventBody<Name extends EventName>(name: Name, body: unknown): EventBody<Name> | undefined {
  const parsed = events[name].safeParse(body);
  return parsed.success ? (parsed.data as EventBody<Name>) : undefined;
}

export function lost(): BridgeError {
  return new BridgeError({ code: 'CONNECTION_LOST', message: 'Mamba Studio does not answer', hint: 'It is being tried again; what was running there goes on.' });
}

/** Any thrown value as a report that can be shown. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof BridgeError) return error.report;
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: '' };
}

/** An ErrorReport out of what a server said; INTERNAL where it said nothing of the kind. */
export function asReport(value: unknown, otherwise: string): ErrorReport {
  const report = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof ErrorReport, unknown>>;
  const known = ERROR_CODES.includes(report.code as ErrorCode);
  return {
    code: known ? (report.code as ErrorCode) : 'INTERNAL',
    message: typeof report.message === 'string' ? report.message : otherwise,
    hint: typeof report.hint === 'string' ? report.hint : '',
  };
}
