import { expect, it } from 'vitest';
import { printable, renderTable } from '../../main/cli/report/table';

it('aligns names of any script', () => {
  expect(renderTable(['file', 'time'], [['細胞.png', '1'], ['cell.png', '2']])).toBe('file      time\n細胞.png  1\ncell.png  2\n');
});

it('cuts the last column at the width, by characters and not within one', () => {
  expect(renderTable(['f', 'r'], [['a', '🧫🧫🧫🧫🧫🧫🧫🧫🧫🧫🧫🧫']], 23)).toBe(`f  r\na  ${'🧫'.repeat(9)}…\n`);
});

it('takes the teeth out of names with control characters', () => {
  expect(printable('a\u001b[31mred\nline\u0007')).toBe('a [31mred line ');
});
