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
  return importTable[zone]!.files.at(-1)!.replace('**/', '').replace('*', 'made-up-by-the-test');
}

/** Some file of the zone that exists, for the resolver to find; undefined while the zone is still empty. */
function realFileIn(zone: string): string | undefined {
  const pattern = importTable[zone]!.files[0]!;
  const folder = pattern.replace(/\/(\*\*\/)?[^/]*$/, '');
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder, { recursive: pattern.includes('**') }).map(String);
  const found = names.filter((name) => name.endsWith('.ts')).sort()[0];
  return found && `${folder}/${found}`;
}

async function boundaryErrors(zone: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import '${source}';\n`, { filePath: fileIn(zone) });
  return result!.messages.filter((m) => m.ruleId === 'boundaries/dependencies').map((m) => m.message);
}

describe.each(zones)('zone %s', (zone) => {
  const row = importTable[zone]!;

  it('may use its own packages and no other', async () => {
    for (const name of [...packages, 'left-pad']) {
      const errors = await boundaryErrors(zone, name);
      expect(errors.length > 0, `${zone} importing ${name}`).toBe(!row.packages.includes(name));
    }
  });

  it(`${row.node ? 'may' : 'may not'} use node: modules`, async () => {
    expect((await boundaryErrors(zone, 'node:fs')).length > 0).toBe(!row.node);
  });

  it('may import its own zones and no other', async () => {
    for (const other of zones) {
      const target = realFileIn(other);
      if (target === undefined) continue;
      const depth = fileIn(zone).split('/').length - 1;
      const errors = await boundaryErrors(zone, '../'.repeat(depth) + target);
      expect(errors.length > 0, `${zone} importing ${target}`).toBe(other !== zone && !row.zones.includes(other));
    }
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
