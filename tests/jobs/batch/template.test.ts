import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../main/contract/errors';
import { Planner } from '../../../main/jobs/batch/plan';
import { checkPortable, checkRelative } from '../../../main/jobs/batch/safe-name';
import { checkTemplate, PLACEHOLDERS, targetOf } from '../../../main/jobs/batch/template';
import { Random } from '../../support/random';

const naming = (template: string, outDir: string | null = '/out') => ({ spec: { tasks: [{ task: 'segment' as const, formats: ['labels' as const, 'csv' as const] }], outDir, template }, models: new Map([['segment' as const, 'nuclei']]), date: '2026-11-23' });
const place = (template: string, input: string, dir = '', index = 1, outDir: string | null = '/out') => {
  const target = targetOf(naming(template, outDir), { input, dir }, index);
  return path.join(target.outDir, target.outName);
};

it.each([
  ['{dir}/{name}', '/out/a/b/cell'],
  ['{name}', '/out/cell'],
  ['{task}/{model}/{date}/{index}-{name}.{ext}', '/out/segment/nuclei/2026-11-23/0007-cell.tif'],
  ['{dir}-done/{name}', '/out/a/b-done/cell'],
])('%s', (template, expected) => {
  checkTemplate(template);
  expect(place(template, '/in/a/b/cell.TIF', 'a/b', 7)).toBe(expected);
});

it('goes beside the input without an output folder', () => {
  expect(place('{dir}/{name}', '/in/a/cell.png', 'a', 1, null)).toBe('/in/a/cell');
  expect(place('results/{name}', '/in/a/cell.png', 'a', 1, null)).toBe('/in/a/results/cell');
});

describe('refuses', () => {
  it.each(['../{name}', 'a/../../{name}', '/etc/{name}', 'C:/{name}', 'a\\..\\{name}', '{name}/', '{nam}', '{name', 'name}', 'con/{name}', 'LPT1', 'nul.txt', 'a|b', 'what?', 'dot./{name}', 'x ', '{name}\0'])('%j', (template) => {
    expect(() => checkTemplate(template)).toThrow(AppError);
  });

  it('names that do not fit', () => {
    expect(() => place('{name}', `/in/${'x'.repeat(240)}.png`)).not.toThrow();
    expect(() => place('{name}', `/in/${'x'.repeat(250)}.png`)).toThrow(/longer than/);
    expect(() => place('{name}', `/in/${'細'.repeat(84)}.png`)).toThrow(/longer than/);
    expect(() => place('{dir}/{name}', '/in/x.png', Array(400).fill('folder-name').join('/'))).toThrow(/path of more/);
    expect(() => place('{ext}', '/in/x')).toThrow(AppError);
  });

  it('device names of Windows on Windows', () => {
    expect(() => checkRelative('a/con', '/out', 12, 'win32')).toThrow(/device/);
    expect(() => checkRelative('a/con', '/out', 12, 'linux')).not.toThrow();
    expect(() => checkPortable('com¹')).toThrow(/device/);
  });
});

it('never leaves the output folder, whatever template and names', () => {
  const random = new Random(7);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)]!;
  const parts = [...PLACEHOLDERS.map((name) => `{${name}}`), '..', '.', '/', '//', '\\', 'a', ' ', 'con', '~', '$HOME', '%2e', '\u202e', '{', '}', '{}', '{name', ':', '\0', '…'];
  const names = ['x.png', '..png', '...', 'con.png', '-rf', 'a\tb.png', '{dir}.png', '細胞.png', `${'y'.repeat(254)}`, '.png', ' .png'];
  let passed = 0;
  for (let i = 0; i < 20_000; i++) {
    const template = Array.from({ length: 1 + Math.floor(random.next() * 6) }, () => pick(parts)).join('');
    try {
      checkTemplate(template);
      const target = place(template, `/in/${pick(names)}`, pick(['', 'a', 'a/b', 'a b/細']), i);
      passed++;
      expect(path.relative('/out', target)).not.toMatch(/^\.\.(\/|$)|^$/);
      expect(target).toBe(path.normalize(target));
      expect(Buffer.byteLength(path.basename(target))).toBeLessThanOrEqual(255);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
    }
  }
  expect(passed).toBeGreaterThan(500);
});

describe('the plan', () => {
  const planner = () => new Planner(naming('{name}'), false);
  const names = (inputs: string[], made = planner()) => inputs.map((input) => made.plan({ input, dir: '', bytes: 1 }).outName);

  it('numbers what would fall onto each other, by letter case and Unicode form too', () => {
    expect(names(['/a/cell.png', '/b/cell.png', '/a/cell.jpg', '/a/CELL.png', '/a/cell-2.png', '/a/\u00e9.png', '/a/e\u0301.png'])).toEqual(['cell', 'cell-2', 'cell-3', 'CELL-4', 'cell-2-2', '\u00e9', 'e\u0301-2']);
  });

  it('never puts an output onto an input', () => {
    const made = planner();
    made.reserve('/out/cell.labels.png');
    expect(names(['/a/cell.png'], made)).toEqual(['cell-2']);
  });

  it('tells the outputs of two tasks apart', () => {
    const spec = { ...naming('{name}').spec, tasks: [{ task: 'segment' as const, formats: ['csv' as const] }, { task: 'transcribe' as const, formats: ['csv' as const, 'txt' as const] }] };
    const models = new Map([['segment' as const, 'nuclei'], ['transcribe' as const, 'speech-en']]);
    const found = (input: string, more = {}) => ({ input, dir: '', bytes: 1, ...more });
    const made = new Planner({ spec, models, date: '2026-11-30' }, false);
    const heard = { task: 'transcribe' as const };
    const entries = [made.plan(found('/a/x.png')), made.plan(found('/a/x.wav', heard)), made.plan(found('/a/x.instances.wav', heard)), made.plan(found('/b/x.mp3', heard))];
    expect(entries.map(({ outName }) => outName)).toEqual(['x', 'x', 'x.instances-2', 'x-2']); // x.instances.csv is taken
    expect(made.outputs(entries[1]!)).toEqual(['/out/x.csv', '/out/x.txt']);
    expect(new Planner({ spec: { ...spec, template: '{task}/{model}/{name}' }, models, date: '2026-11-30' }, false).plan(found('/a/x.wav', heard)).outDir).toBe('/out/transcribe/speech-en');
  });

  it('refuses instead, where that is asked for, and says whose the name is', () => {
    const made = new Planner({ ...naming('{name}'), spec: { ...naming('{name}').spec, collisions: 'refuse' } }, false);
    made.reserve('/out/input.labels.png');
    const problems = ['/a/cell.png', '/b/CELL.png', '/a/input.png', '/a/other.png'].map((input) => made.plan({ input, dir: '', bytes: 1 }).problem);
    expect(problems.map((problem) => problem?.code)).toEqual([undefined, 'OUTPUT_COLLISION', 'OUTPUT_COLLISION', undefined]);
    expect(problems[1]!.message).toContain('/a/cell.png');
    expect(problems[2]!.message).toContain('is an input itself');
  });

  it('goes on where an earlier one ended', () => {
    const made = planner();
    made.keep({ input: '/a/cell.png', dir: '', bytes: 1, outDir: '/out', outName: 'cell' });
    expect(names(['/b/cell.png'], made)).toEqual(['cell-2']);
  });

  it('keeps an input whose output cannot be, with the reason', () => {
    expect(planner().plan({ input: `/a/${'x'.repeat(252)}`, dir: '', bytes: 1 }).problem?.code).toBe('BAD_USAGE');
  });
});
