/** Each row of import-table.js must bite: what it allows passes, what it does not is an error. */
import { existsSync, readdirSync } from 'node:fs';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { importTable } from '../../import-table.js';

const eslint = new ESLint({ cwd: new URL('../..', import.meta.url).pathname });
const zones = Object.keys(importTable);
const packages = [...new Set(Object.values(importTable).flatMap((row) => row.packages))];

/** A file that would belong to the zone; it need not exist. */
function fileIn(zone: string): string {
  return importTable[zone]!.files.at(-1)!.replace('**/', '').replace('*', 'made-up-by-the-test').replace('{ts,tsx}', 'tsx');
}

/** Some file of the zone that exists, for the resolver to find; undefined while the zone is still empty. */
function realFileIn(zone: string): string | undefined {
  return importTable[zone]!.files.map(firstMatch).find((file) => file !== undefined);
}

function firstMatch(pattern: string): string | undefined {
  if (!pattern.includes('*')) return existsSync(pattern) ? pattern : undefined;
  const folder = pattern.replace(/\/(\*\*\/)?[^/]*$/, '');
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder, { recursive: pattern.includes('**') }).map(String);
  const found = names.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')).sort()[0];
  return found && `${folder}/${found}`;
}

/** Of a file in the zone that imports each source on a line of its own: which of them the table forbids. */
async function forbidden(zone: string, sources: string[]): Promise<string[]> {
  const text = sources.map((source) => `import '${source}';\n`).join('');
  const [result] = await eslint.lintText(text, { filePath: fileIn(zone) });
  const lines = new Set(result!.messages.filter((m) => m.ruleId === 'boundaries/dependencies').map((m) => m.line));
  return sources.filter((_, index) => lines.has(index + 1));
}

describe.each(zones)('zone %s', (zone) => {
  const row = importTable[zone]!;

  it('may use its own packages and no other', async () => {
    const foreign = [...packages, 'left-pad'].filter((name) => !row.packages.includes(name));
    expect(await forbidden(zone, [...packages, 'left-pad'])).toEqual(foreign);
  });

  it(`${row.node ? 'may' : 'may not'} use node: modules`, async () => {
    expect(await forbidden(zone, ['node:fs'])).toEqual(row.node ? [] : ['node:fs']);
  });

  it('may import its own zones and no other', async () => {
    const targets = zones.flatMap((other) => {
      const file = realFileIn(other);
      return file === undefined ? [] : [{ other, source: '../'.repeat(fileIn(zone).split('/').length - 1) + file }];
    });
    const foreign = targets.filter(({ other }) => other !== zone && !row.zones.includes(other));
    expect(await forbidden(zone, targets.map(({ source }) => source))).toEqual(foreign.map(({ source }) => source));
  });
});

it('refuses a folder that no row names', async () => {
  const [result] = await eslint.lintText('export default 1;\n', { filePath: 'main/nowhere/file.ts' });
  expect(result!.messages.map((m) => m.ruleId)).toContain('boundaries/no-unknown-files');
});

it('keeps platform globals out of the pure zones', async () => {
  const [result] = await eslint.lintText('export const x = Buffer.alloc(1);\n', { filePath: 'models/made-up.ts' });
  expect(result!.messages.map((m) => m.ruleId)).toContain('no-restricted-globals');
});
