/** A folder that electron-builder takes for an unpacked Electron: what it reads, renames and patches is there; it cannot run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'; // marks the fuses in a real binary: then version, count, one character each
const FUSES = 9;

export function fakeElectronDist(folder: string): string {
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  mkdirSync(path.join(folder, 'locales'));
  const wire = Buffer.from([1, FUSES, ...Array<number>(FUSES).fill('0'.charCodeAt(0))]);
  writeFileSync(path.join(folder, 'electron'), Buffer.concat([Buffer.from(`\x7fELF stand-in ${SENTINEL}`), wire]), { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'resources.pak', 'locales/en-US.pak']) writeFileSync(path.join(folder, name), name);
  writeFileSync(path.join(folder, 'version'), '45.4.1');
  return folder;
}

/** The fuses of a packaged binary, in electron-builder's order: '1' on, '0' off. */
export function fusesOf(binary: Buffer): string {
  const at = binary.indexOf(SENTINEL) + SENTINEL.length;
  return binary.subarray(at + 2, at + 2 + binary[at + 1]!).toString();
}
