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
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: process.env.CI ? 1 : 0, // promises in wall time, such as cancelling within a second, on machines that others share
    fileParallelism: true,
    maxWorkers: Math.max(2, availableParallelism()), // each starts children of its own
  },
});
