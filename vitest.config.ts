import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests of pure code: they leave nothing behind, so that files share a process. */
const PURE = ['tests/{contract,features,metrics,renderer,tasks}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'others', include: ['tests/**/*.test.ts'], exclude: PURE } },
    ],
    globalSetup: 'tests/support/build-once.ts',
    testTimeout: 600_000, // all limits are about ten times what a usual machine needs, and more
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    retry: process.env.CI ? 1 : 0,
    fileParallelism: true,
    maxWorkers: Math.max(2, availableParallelism()), // each starts children of its own
  },
});
