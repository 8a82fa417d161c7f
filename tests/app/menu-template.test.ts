import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate, type MenuParts } from '../../main/app/menu-template';
import { SHELL_TEXTS, shellText } from '../../main/app/text';
import { MENU_COMMANDS } from '../../main/contract/api';
import { LANGUAGES } from '../../main/contract/settings';
import { MENU_KEYS } from '../../renderer/stores/commands';

const PLATFORMS = ['linux', 'win32', 'darwin'];

function build(parts: Partial<MenuParts> = {}) {
  return menuTemplate({ text: SHELL_TEXTS.en, platform: 'linux', recent: [], send: () => undefined, open: () => undefined, ...parts });
}

function flat(items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

/** As the window writes them: Mod+Shift+Z. */
const asKeys = (accelerator: string) => accelerator.replace('CmdOrCtrl', 'Mod');

describe.each(PLATFORMS)('menu on %s', (platform) => {
  const items = flat(build({ platform }));

  it('has every command of the contract once, and each sends its name', () => {
    const sent: string[] = [];
    const all = flat(build({ platform, send: (command) => sent.push(command) }));
    for (const command of MENU_COMMANDS) {
      const found = all.filter(({ id }) => id === command);
      expect(found, command).toHaveLength(1);
      (found[0]!.click as () => void)();
    }
    expect(sent).toEqual([...MENU_COMMANDS]);
  });

  it('gives no shortcut twice, and those that the window itself knows', () => {
    const accelerators = items.flatMap(({ accelerator }) => (accelerator ? [String(accelerator)] : []));
    expect(new Set(accelerators).size).toBe(accelerators.length);
    for (const command of MENU_COMMANDS) {
      const accelerator = items.find(({ id }) => id === command)!.accelerator;
      if (accelerator === undefined) expect([platform, command]).toEqual(['darwin', expect.stringMatching(/^zoom-/)]);
      else expect(MENU_KEYS[command], command).toContain(asKeys(String(accelerator)));
    }
  });

  it('leaves undo and plain keys to the page, where text fields need them', () => {
    for (const id of ['undo', 'redo', 'zoom-fit', 'zoom-actual']) expect(items.find((item) => item.id === id)!.registerAccelerator).toBe(false);
  });
});

it('lists recent files, their names unharmed, and opens them', () => {
  const opened: string[] = [];
  const recent = [{ path: '/a/cells & more.png', name: 'cells & more.png' }];
  const menu = flat(build({ recent, open: (path) => opened.push(path) }));
  const entry = menu.find(({ label }) => label === 'cells && more.png')!;
  (entry.click as () => void)();
  expect(opened).toEqual(['/a/cells & more.png']);
  expect(flat(build()).find(({ label }) => label === SHELL_TEXTS.en.noRecent)).toMatchObject({ enabled: false });
});

describe.each(LANGUAGES)('language %s', (language) => {
  it('has words for everything', () => {
    for (const [key, value] of Object.entries(SHELL_TEXTS[language])) expect(value.trim(), key).not.toBe('');
  });

  it('has a letter of its own for every entry of a menu', () => {
    for (const menu of build({ text: SHELL_TEXTS[language] })) {
      const labels = (menu.submenu as MenuItemConstructorOptions[]).flatMap(({ label }) => (label ? [label] : []));
      const letters = labels.flatMap((label) => /&([^&])/.exec(label)?.[1]?.toLowerCase() ?? []);
      expect(letters.filter((letter, index) => letters.indexOf(letter) !== index), `${menu.label}: ${labels.join(' | ')}`).toEqual([]);
    }
  });

  it('shows no ampersand on a Mac', () => {
    expect(flat(build({ text: SHELL_TEXTS[language], platform: 'darwin' })).filter(({ label }) => label?.includes('&'))).toEqual([]);
  });
});

it('follows the system\'s languages, and falls back to English', () => {
  expect(shellText('system', ['fr-FR', 'de-AT', 'en'])).toBe(SHELL_TEXTS.de);
  expect(shellText('system', ['zh_CN'])).toBe(SHELL_TEXTS.zh);
  expect(shellText('system', ['fr'])).toBe(SHELL_TEXTS.en);
  expect(shellText('es', ['de'])).toBe(SHELL_TEXTS.es);
});
