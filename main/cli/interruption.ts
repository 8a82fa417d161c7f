import { EXIT } from './exit-codes';

export interface Interruption {
  signal: AbortSignal;
  /** The exit code that the interruption asks for; undefined when there was none. */
  exitCode(): number | undefined;
}

/** The first Ctrl-C (or termination, or closed terminal) cancels cleanly; a second one ends the program at once. */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (code !== undefined) process.exit(code);
      code = EXIT[name];
      controller.abort();
    });
  }
  process.stdout.on('error', () => controller.abort()); // nobody reads any more
  return { signal: controller.signal, exitCode: () => code };
}
