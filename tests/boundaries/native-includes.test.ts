/** The C++ half of the import table: who may include what in native-kernels. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../native-kernels/', import.meta.url);
const sources = ['runtime', 'ops', 'ort', 'addon']
  .flatMap((folder) => readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${String(name)}`))
  .filter((name) => /\.(h|cc|cu|inc)$/.test(name));

function includes(file: string): string[] {
  const text = readFileSync(new URL(file, root), 'utf8');
  return [...text.matchAll(/^\s*#\s*include\s+["<]([^">]+)[">]/gm)].map((match) => match[1]!);
}

const isShell = (file: string): boolean => file.endsWith('_op.cc') || file.startsWith('ort/') || file.startsWith('addon/');

describe('native-kernels', () => {
  it('has sources to check', () => {
    expect(sources.length).toBeGreaterThan(5);
  });

  it.each(sources)('%s includes only what its layer may see', (file) => {
    for (const included of includes(file)) {
      if (included.startsWith('napi') || included.startsWith('node_api')) expect(file, included).toMatch(/^addon\//);
      if (included.startsWith('ort/')) expect(isShell(file), `${file} includes ${included}`).toBe(true);
      const operator = /^ops\/([^/]+)\//.exec(included)?.[1];
      if (operator && file.startsWith('ops/')) expect(file.split('/')[1]).toBe(operator);
      if (file.startsWith('runtime/')) expect(included).not.toMatch(/^(ops|ort|addon)\//);
    }
  });

  it.each(sources.filter((file) => !isShell(file)))('%s does not print, exit or throw', (file) => {
    const text = readFileSync(new URL(file, root), 'utf8').replace(/\/\/.*$/gm, '');
    expect(text).not.toMatch(/\b(printf|std::cout|std::cerr|exit|abort|throw)\b\s*[(<]/);
  });
});
