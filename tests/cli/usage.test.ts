import { expect, it } from 'vitest';
import { runCli } from '../support/command-line';

it.each([
  [['segment'], "missing required argument 'files'"],
  [['segment', 'a.png', '--format', 'srt'], '"srt" is not a format of segment; there are labels, overlay, coco, csv'],
  [['transcribe', 'a.wav', '--threads', '-1'], 'whole number from 0 to 256'],
  [['transcribe', 'a.wav', '--device', 'gpu'], 'Allowed choices are auto, cpu, native, portable, webgpu'],
  [['paint', 'a.png'], "unknown command 'paint'"],
  [['eval', 'nuclei'], "required option '--data <folder>' not specified"],
])('wrong usage is explained and exits with 2: %j', async (args, explanation) => {
  const { exitCode, stderr, stdout } = await runCli(args);
  expect(stderr).toContain(explanation);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

it.each([[['--help']], [['segment', '--help']], [['transcribe', '--help']], [['eval', '--help']], [['models', '--help']]])('helps: %j', async (args) => {
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(stdout).toMatch(/^Usage: mamba-studio/);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

it('lists the models and shows a card, for people and for programs', async () => {
  const table = (await runCli(['models'])).stdout;
  expect(table).toMatch(/^nuclei +segment /m);
  expect(table).toMatch(/^speech-en +transcribe /m);
  const listed = JSON.parse((await runCli(['models', 'list', '--json'])).stdout) as { id: string; bytes: number }[];
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(['nuclei', 'speech-en']));
  expect(listed.every(({ bytes }) => bytes > 100_000)).toBe(true);
  expect((await runCli(['models', 'info', 'nuclei'])).stdout).toMatch(/Limits\n {2}- /);
  expect(JSON.parse((await runCli(['models', 'info', 'speech-en', '--json'])).stdout)).toMatchObject({ id: 'speech-en', task: 'transcribe' });
});
