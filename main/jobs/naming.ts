import path from 'node:path';

export interface PlannedOutput {
  input: string; // absolute
  outDir: string;
  outName: string; // file name without format suffix
}

/**
 * Where the outputs of each input go: next to it, or into `outDir`. Inputs whose outputs would fall onto each other (cell.png and cell.jpg, or equal
 * names from two folders) are numbered in the order of the list: cell, cell-2, cell-3. An input named twice is taken once.
 */
export function planOutputs(inputs: readonly string[], outDir?: string): PlannedOutput[] {
  const taken = new Set<string>();
  return [...new Set(inputs.map((input) => path.resolve(input)))].map((input) => {
    const folder = outDir === undefined ? path.dirname(input) : path.resolve(outDir);
    const base = path.parse(input).name;
    let outName = base;
    for (let n = 2; taken.has(key(folder, outName)); n++) outName = `${base}-${n}`;
    taken.add(key(folder, outName));
    return { input, outDir: folder, outName };
  });
}

/** Names that differ only in case or Unicode form are one file on macOS and Windows. */
function key(folder: string, name: string): string {
  return path.join(folder, name).normalize('NFC').toLowerCase();
}
