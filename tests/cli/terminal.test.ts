import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { resultText, terminalReport } from '../../main/cli/report/terminal';
import type { JobEvent, ListEnd } from '../../main/contract/job';

/** Something that cli-progress and the table take for a terminal of 100 columns. */
function terminal() {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const written: string[] = [];
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  return { stream: Object.assign(stream, { columns: 100 }), text: () => written.join('') };
}

function report(...events: (JobEvent | ListEnd)[]) {
  const [out, err] = [terminal(), terminal()];
  const reporter = terminalReport(out.stream, err.stream, 3);
  for (const event of events) reporter.event(event);
  return { out: out.text(), err: err.text() };
}

it('ends with one row a file, what went wrong, and where the results are', () => {
  const queued = (job: string, input: string) => ({ event: 'queued', job, input, task: 'segment', model: 'nuclei' }) as const;
  const { out, err } = report(
    { event: 'notice', message: 'no kernels' },
    queued('1', '/in/cell.png'),
    queued('2', '/in/細胞.png'),
    queued('3', '/in/late.png'),
    { event: 'progress', job: '1', stage: 'segment', fraction: 0.5 },
    {
      event: 'done', job: '1', input: '/in/cell.png', device: 'native', seconds: 1.25, outputs: [{ format: 'csv', path: '/out/cell.instances.csv' }],
      summary: { task: 'segment', width: 20, height: 10, instances: 7 },
    },
    { event: 'failed', job: '2', input: '/in/細胞.png', error: { code: 'BAD_MEDIA', message: 'the file is cut off', hint: 'Copy it again.' } },
    { event: 'cancelled', job: '3', input: '/in/late.png' },
    { event: 'end', done: 1, failed: 1, cancelled: 1, seconds: 2 },
  );
  expect(err).toContain('no kernels\n');
  expect(out).toBe(
    [
      'file      model   device  time   result',
      'cell.png  nuclei  native  1.3 s  7 objects in 20 x 10 pixels',
      '細胞.png  nuclei                 FAILED BAD_MEDIA',
      'late.png  nuclei                 cancelled',
      '細胞.png: the file is cut off. Copy it again.',
      'Results in /out',
      '',
    ].join('\n'),
  );
});

it('says that there was no speech rather than nothing', () => {
  const { out } = report(
    { event: 'queued', job: '1', input: '/a.wav', task: 'transcribe', model: 'speech-en' },
    { event: 'done', job: '1', input: '/a.wav', device: 'native', seconds: 0.5, outputs: [], summary: { task: 'transcribe', audioSeconds: 3, words: 0, text: '' } },
    { event: 'end', done: 1, failed: 0, cancelled: 0, seconds: 1 },
  );
  expect(out).toContain('(no speech)');
});

it.each([
  [1, undefined, '1 object in 4 x 3 pixels'],
  [2, undefined, '2 objects in 4 x 3 pixels'],
  [1, true, '1 class in 4 x 3 pixels'],
  [5, true, '5 classes in 4 x 3 pixels'],
] as const)('counts objects, and in scenes classes: %s, %s', (instances, scene, text) => {
  expect(resultText({ task: 'segment', width: 4, height: 3, instances, scene })).toBe(text);
});
