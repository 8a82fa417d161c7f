import { defineConfig } from 'vitest/config';

/** The window in a real Chromium against the real server: `npm run e2e`. One after the other: browser, server and models share the cores. */
export default defineConfig({
  test: {
    include: ['tests/**/*.e2e.ts'],
    globalSetup: 'tests/e2e/support/build.ts',
    testTimeout: 1_200_000, // all limits are about ten times what a usual machine needs, and more
    hookTimeout: 600_000,
    fileParallelism: false,
    maxWorkers: 1,
    expect: { poll: { timeout: 120_000 } },
  },
});
