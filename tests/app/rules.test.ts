/** The small pure rules of the shell: addresses, permissions, names, arguments. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf } from '../../main/app/arguments';
import { GROUND } from '../../main/app/ground';
import { mayOpenOutside } from '../../main/app/links';
import { mayUse } from '../../main/app/permissions';
import { isOurs } from '../../main/app/place';
import { safeName } from '../../main/app/safe-name';

describe('addresses', () => {
  it.each(['app://studio/', 'app://studio/index.html?x#y', 'app://studio'])('%s is our page', (address) => expect(isOurs(address)).toBe(true));

  it.each(['', 'app:', 'app://studio.example/', 'app://studio@example.com/', 'app://user@studio/', 'app://studio:80/', 'http://studio/', 'https://app/', 'file:///studio', 'about:blank', 'blob:app://studio/1', 'data:text/html,x'])(
    '%s is not',
    (address) => expect(isOurs(address)).toBe(false),
  );

  it.each(['https://github.com/a/b', 'https://arxiv.org/abs/1'])('%s may open outside', (address) => expect(mayOpenOutside(address)).toBe(true));

  it.each(['http://github.com/', 'https://github.com.example.com/', 'https://evil-github.com/', 'https://a@github.com/', 'https://github.com:8443/', 'https://gist.github.com/', 'javascript:alert(1)', 'file:///etc/passwd', 'nonsense', ''])(
    '%s may not',
    (address) => expect(mayOpenOutside(address)).toBe(false),
  );
});

describe('permissions', () => {
  it.each([
    ['media', 'app://studio/', ['audio'], true],
    ['clipboard-sanitized-write', 'app://studio/', [], true],
    ['media', 'app://studio/', ['video'], false],
    ['media', 'app://studio/', ['audio', 'video'], false],
    ['media', 'app://studio/', [], false],
    ['media', 'https://example.com/', ['audio'], false],
    ['clipboard-read', 'app://studio/', [], false],
    ['geolocation', 'app://studio/', [], false],
    ['openExternal', 'app://studio/', [], false],
  ])('%s of %s with %j: %s', (permission, origin, types, granted) => expect(mayUse(permission, origin, types)).toBe(granted));
});

describe('names of downloads', () => {
  it.each([
    ['cells.label.png', 'cells.label.png'],
    ['../../.bashrc', '.._.._.bashrc'],
    ['C:\\Windows\\x.png', 'C__Windows_x.png'],
    ['细胞 größe.png', '细胞 größe.png'],
    ['dots...', 'dots'],
    ['\u0000', '_'],
    ['', 'export'],
    [`${'a'.repeat(300)}.geojson`, `${'a'.repeat(192)}.geojson`],
  ])('%j becomes %j', (name, safe) => expect(safeName(name)).toBe(safe));
});

describe('files of a command line', () => {
  const cwd = path.resolve('/home/me');
  it.each([
    [['a.png', 'b c.wav'], ['/home/me/a.png', '/home/me/b c.wav']],
    [['--no-sandbox', '/x/y.png', '--lang=de'], ['/x/y.png']],
    [['--', '-dash.png'], ['/home/me/-dash.png']],
    [['file:///x/%C3%A4.png'], ['/x/ä.png']],
    [['https://example.com/a.png', 'mamba://open', ''], []],
  ])('%j', (words, files) => expect(filesOf(words, cwd)).toEqual(files.map((file) => path.resolve(file))));
});

it('the window opens in the colours of the page', () => {
  const tokens = readFileSync('renderer/styles/tokens.css', 'utf8');
  for (const theme of ['light', 'dark'] as const) {
    const block = new RegExp(`\\[data-mantine-color-scheme='${theme}'\\] \\{[^}]*--ms-ground: (#\\w+)`).exec(tokens);
    expect(block?.[1]).toBe(GROUND[theme]);
  }
});
