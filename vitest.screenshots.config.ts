import { defineConfig } from 'vitest/config';

/** Pictures of the window for the documents: `npm run screenshots`. */
export default defineConfig({
  test: {
    include: ['tests/e2e/screenshots.ts'],
    globalSetup: 'tests/e2e/support/build.ts',
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
