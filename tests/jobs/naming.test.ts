import path from 'node:path';
import { expect, it } from 'vitest';
import { planOutputs } from '../../main/jobs/naming';

const names = (inputs: string[], outDir?: string) => planOutputs(inputs, outDir).map(({ outName }) => outName);

it('writes beside each input by default', () => {
  expect(planOutputs(['/a/cell.png'])).toEqual([{ input: path.resolve('/a/cell.png'), outDir: path.resolve('/a'), outName: 'cell' }]);
});

it('numbers outputs that would fall onto each other, in the order of the list', () => {
  expect(names(['/a/cell.png', '/b/cell.png', '/a/cell.jpg'], '/out')).toEqual(['cell', 'cell-2', 'cell-3']);
  expect(names(['/a/cell.png', '/b/cell.png', '/a/cell.jpg'])).toEqual(['cell', 'cell', 'cell-2']);
});

it('does not number into the name of a later input', () => {
  expect(names(['/a/cell.png', '/b/cell.png', '/a/cell-2.png'], '/out')).toEqual(['cell', 'cell-2', 'cell-2-2']);
});

it('takes names that differ in case or Unicode form as one: some file systems do', () => {
  expect(names(['/a/Zelle.png', '/b/zelle.png'], '/out')).toEqual(['Zelle', 'zelle-2']);
  expect(names(['/a/caf\u00e9.wav', '/b/cafe\u0301.wav'], '/out')).toEqual(['caf\u00e9', 'cafe\u0301-2']);
});

it('takes an input that is named twice once', () => {
  expect(names(['/a/cell.png', '/a/../a/cell.png'], '/out')).toEqual(['cell']);
});

it('keeps names with spaces, quotes, dots and any script', () => {
  expect(names(['/a/my "best" cell.v2.png', "/a/l'été 細胞 клетка 🧫.png"], '/out')).toEqual(['my "best" cell.v2', "l'été 細胞 клетка 🧫"]);
});
