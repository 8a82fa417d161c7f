import type { Bridge } from '../bridge/bridge';

/** Errors that nothing caught go to the log file, at most a few of the same. */
export function reportWindowErrors(bridge: Bridge, target: Window = window): void {
  const times = new Map<string, number>();
  const report = (error: unknown, where: string) => {
    const text = describe(error) + (where === '' ? '' : `\n    at ${where}`);
    const count = (times.get(text) ?? 0) + 1;
    times.set(text, count);
    if (count <= 3) void bridge.call('logs.write', { level: 'error', message: text.slice(0, 10_000) }).catch(() => undefined);
  };
  target.addEventListener('error', (event) => report(event.error ?? event.message, event.error === null ? `${event.filename}:${event.lineno}` : ''));
  target.addEventListener('unhandledrejection', (event) => report(event.reason, ''));
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack?.includes(error.message) ? error.stack : `${error.name}: ${error.message}`;
}
