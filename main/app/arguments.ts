import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The files that a command line names, as absolute paths: what open-with and a drop on the icon give. `words`: all but the executable and, unpackaged,
 * the application's folder. Switches are Chromium's or the desktop's; after `--` everything is a file.
 */
export function filesOf(words: readonly string[], cwd: string): string[] {
  const end = words.indexOf('--');
  const before = (end < 0 ? words : words.slice(0, end)).filter((word) => !word.startsWith('-'));
  const after = end < 0 ? [] : words.slice(end + 1);
  return [...before, ...after].filter((word) => word !== '').flatMap((word) => absolute(word, cwd));
}

/** Some desktops pass file: addresses. Other addresses are no files. */
function absolute(word: string, cwd: string): string[] {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(word)) return [path.resolve(cwd, word)];
  try {
    return [fileURLToPath(word)];
  } catch {
    return [];
  }
}
