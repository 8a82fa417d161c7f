/** What a script learns from the exit code. A signal's code is 128 + its number, as shells have it. */
export const EXIT = { ok: 0, someFailed: 1, usage: 2, SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export const EXIT_HELP = `Exit codes: ${EXIT.ok} all done, ${EXIT.someFailed} some files failed, ${EXIT.usage} wrong usage, ${EXIT.SIGINT} cancelled with Ctrl-C.`;
