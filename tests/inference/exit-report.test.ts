import { expect, it } from 'vitest';
import { exitError } from '../../main/inference/exit-report';

it('names the signal and the telling line of what the child said last', () => {
  const lastWords = 'node:internal/modules:1\n  throw err;\nError: Cannot find module worker.js\n    at load (x.js:1)\n\nNode.js v20\n';
  expect(exitError({ code: 1, signal: null, lastWords })).toMatchObject({ code: 'WORKER_CRASHED', message: expect.stringMatching(/exit code 1.*Cannot find module worker\.js$/) });
  expect(exitError({ code: null, signal: 'SIGSEGV', lastWords: '' })).toMatchObject({ code: 'WORKER_CRASHED', message: expect.stringMatching(/signal SIGSEGV during this job$/) });
});

it('tells a lack of memory apart, from V8 and from native code', () => {
  for (const lastWords of ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', "terminate called after throwing an instance of 'std::bad_alloc'"]) {
    expect(exitError({ code: null, signal: 'SIGABRT', lastWords })).toMatchObject({ code: 'OUT_OF_MEMORY' });
  }
});
