import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/build-once.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: process.env.CI ? 1 : 0, // promises in wall time, such as cancelling within a second, on machines that others share
    fileParallelism: true,
    maxWorkers: Math.max(2, availableParallelism()), // each starts children of its own
  },
});
