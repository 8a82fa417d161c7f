import { chmodSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../../../main/contract/errors';
import { ContentCheck } from '../../../main/jobs/batch/content-check';
import { makePlan, plannerFor, preview } from '../../../main/jobs/batch/prepare';
import { scan, type ScanOptions } from '../../../main/jobs/batch/scan';
import { temporaryFolders } from '../../support/temporary-folder';
import { specFor, surroundings } from './support';

const newFolder = temporaryFolders();

function tree(files: string[]): string {
  const root = newFolder();
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), file);
  }
  return root;
}

async function found(sources: string[], more: Partial<ScanOptions> = {}): Promise<string[]> {
  const list = [];
  for await (const { input, dir } of scan(sources, { tasks: [{ task: 'segment' }], outDir: null, check: () => Promise.resolve(), ...more })) list.push(dir === '' ? path.basename(input) : `${dir}/${path.basename(input)}`);
  return list;
}

it('finds the files of a task in a stable order and passes over hidden ones, other kinds and our own results', async () => {
  const root = tree(['b/2.png', 'b/10.PNG', 'a.tif', 'c.wav', 'notes.txt', 'png', '.hidden.png', '.git/x.png', 'a.labels.png', 'a.overlay.png', 'b/2.upscaled.png', 'b/deep/клетка.jpg', 'z.png']);
  expect(await found([root])).toEqual(['a.tif', 'b/10.PNG', 'b/2.png', 'b/deep/клетка.jpg', 'z.png']);
  expect(await found([root], { tasks: [{ task: 'transcribe' }] })).toEqual(['c.wav']);
});

it('says which of several tasks a file is for', async () => {
  const root = tree(['a.png', 'b.wav', 'c.txt', 'd.enhanced.wav', 'e.labels.png']);
  writeFileSync(path.join(root, 'memo'), readFileSync('assets/jfk.wav').subarray(0, 5000));
  writeFileSync(path.join(root, 'photo'), readFileSync('assets/coins.png'));
  const tasks = async (sources: string[]) => {
    const list: Record<string, string | undefined> = {};
    for await (const { input, task } of scan(sources, { tasks: [{ task: 'segment' }, { task: 'transcribe' }], outDir: null, check: () => Promise.resolve() })) list[path.basename(input)] = task;
    return list;
  };
  expect(await tasks([root])).toEqual({ 'a.png': undefined, 'b.wav': 'transcribe', memo: 'transcribe', photo: undefined }); // undefined: the first
  const named = ['a.png', 'b.wav', 'c.txt', 'memo'].map((name) => path.join(root, name));
  expect(await tasks(named)).toEqual({ 'a.png': undefined, 'b.wav': 'transcribe', 'c.txt': undefined, memo: 'transcribe' });
});

it('takes a file that is named itself, whatever its name, and each file once', async () => {
  const root = tree(['a.png', 'b.labels.png', 'sub/c.png']);
  expect(await found([path.join(root, 'b.labels.png'), root, path.join(root, 'a.png'), path.join(root, 'sub')])).toEqual(['b.labels.png', `${path.basename(root)}/a.png`, `${path.basename(root)}/sub/c.png`]);
});

it('tells several folders apart by their names', async () => {
  const [one, two] = [tree(['x.png']), tree(['x.png'])];
  expect(await found([one, two])).toEqual([`${path.basename(one)}/x.png`, `${path.basename(two)}/x.png`]);
});

it('follows links once, and only where the user allowed', async () => {
  const [root, outside] = [tree(['a/1.png']), tree(['o.png'])];
  symlinkSync('..', path.join(root, 'a', 'loop'));
  symlinkSync(root, path.join(root, 'again'));
  symlinkSync('nowhere.png', path.join(root, 'broken.png'));
  symlinkSync(path.join(root, 'a', '1.png'), path.join(root, 'z.png'));
  symlinkSync(outside, path.join(root, 'out'));
  linkSync(path.join(root, 'a', '1.png'), path.join(root, 'hard.png'));
  expect(await found([root])).toEqual(['a/1.png', 'hard.png', 'out/o.png']);
  const check = (file: string) => (file.endsWith('out') ? Promise.reject(new AppError('NOT_ALLOWED', 'outside')) : Promise.resolve());
  expect(await found([root], { check })).toEqual(['a/1.png', 'hard.png']);
});

it('leaves out the output folder below a source', async () => {
  const root = tree(['a.png', 'results/a.png']);
  expect(await found([root], { outDir: path.join(root, 'results') })).toEqual(['a.png']);
});

it('includes and excludes', async () => {
  const root = tree(['a.png', 'b.tif', 'old/c.png', 'old/deep/d.png', 'x{1}.png']);
  expect(await found([root], { include: ['*.png'] })).toEqual(['a.png', 'old/c.png', 'old/deep/d.png', 'x{1}.png']);
  expect(await found([root], { exclude: ['old/**'] })).toEqual(['a.png', 'b.tif', 'x{1}.png']);
  expect(await found([root], { include: ['**/[cd].png', '{a,b}.*'] })).toEqual(['a.png', 'b.tif']);
  expect(await found([root], { include: ['old/*'] })).toEqual(['old/c.png']);
});

it('names a source that is missing, and goes on past a folder that cannot be read', async ({ skip }) => {
  await expect(found([path.join(newFolder(), 'gone')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  if (process.getuid?.() === 0) return skip('root reads everything');
  const root = tree(['a.png', 'locked/b.png']);
  chmodSync(path.join(root, 'locked'), 0);
  const problems: unknown[] = [];
  expect(await found([root], { onProblem: (problem) => problems.push(problem) })).toEqual(['a.png']);
  expect(problems).toMatchObject([{ code: 'NO_ACCESS' }]);
  chmodSync(path.join(root, 'locked'), 0o700);
});

it('ends early when it is told to, among files of other kinds too', async () => {
  const root = tree(['a.png', 'b/1.txt', 'b/2.txt', 'c.png']);
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { input } of scan([root], { tasks: [{ task: 'segment' }], outDir: null, check: () => Promise.resolve(), signal: stop.signal })) {
    seen.push(path.basename(input));
    stop.abort();
  }
  expect(seen).toEqual(['a.png']);
  expect(await found([path.join(root, 'b'), root], { signal: stop.signal })).toEqual([]);
});

it('a plan that is cancelled while nothing has been found is no plan', async () => {
  const { options } = surroundings(newFolder(), { run: () => Promise.reject(new Error('not run')) });
  const spec = specFor([tree(['a.txt'])]);
  const plan = makePlan(plannerFor(spec, new Map([['segment', 'nuclei']]), '2026-01-01'), spec, options, { signal: AbortSignal.abort(new AppError('CANCELLED', 'Cancelled')), onProblem: () => undefined });
  await expect(plan.next()).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('a preview looks for a short time only', async () => {
  const root = tree(Array.from({ length: 400 }, (_, i) => `${i}/notes.txt`));
  const { options } = surroundings(newFolder(), { run: () => Promise.reject(new Error('not run')) });
  expect(await preview(specFor([root]), options, '2026-01-01', 0)).toEqual({ total: 0, perTask: [{ task: 'segment', total: 0 }], complete: false, samples: [], problems: [] });
});

it('looks into files whose names do not tell what they are, again only when they have changed', async () => {
  const root = newFolder();
  const [picture, sound] = [readFileSync('assets/coins.png'), readFileSync('assets/jfk.wav').subarray(0, 5000)];
  for (const name of ['DSC0001', 'picture.dat', 'notes.txt', 'half.png.part']) writeFileSync(path.join(root, name), picture);
  writeFileSync(path.join(root, 'memo'), sound);
  writeFileSync(path.join(root, 'empty'), '');
  writeFileSync(path.join(root, 'LICENSE'), 'words');
  const content = new ContentCheck();
  expect(await found([root], { content })).toEqual(['DSC0001', 'picture.dat']);
  expect(await found([root], { tasks: [{ task: 'transcribe' }] })).toEqual(['memo']);
  expect(await found([root], { tasks: [{ task: 'classify' }] })).toEqual(['DSC0001', 'memo', 'picture.dat']);
  writeFileSync(path.join(root, 'empty'), picture);
  expect(await found([root], { content })).toEqual(['DSC0001', 'empty', 'picture.dat']);
});
