import { defineConfig } from 'vitest/config';

/** The window in a real Chromium against the real server: `npm run e2e`. One after the other: browser, server and models share the cores. */
export default defineConfig({
  test: {
    include: ['tests/**/*.e2e.ts'],
    globalSetup: 'tests/e2e/support/build.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
    expect: { poll: { timeout: 10_000 } }, // the default of one second is short for a busy machine
    retry: process.env.CI ? 1 : 0,
  },
});
