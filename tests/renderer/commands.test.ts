import { describe, expect, it, vi } from 'vitest';
import { createCommandsStore, MENU_KEYS, type Command } from '../../renderer/stores/commands';
import { keyCaps, matches, type KeyPress } from '../../renderer/stores/keys';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
const ctrl = { ctrlKey: true };
const meta = { metaKey: true };
const shift = { shiftKey: true };

describe('shortcuts', () => {
  it.each<[string, KeyPress, boolean, boolean]>([
    ['Mod+O', press('o', ctrl), false, true],
    ['Mod+O', press('O', { ...ctrl, ...shift }), false, false],
    ['Mod+O', press('o', meta), false, false],
    ['Mod+O', press('o', meta), true, true],
    ['Mod+O', press('o', ctrl), true, false],
    ['Mod+O', press('o'), false, false],
    ['Mod+O', press('o', { ...ctrl, altKey: true }), false, false], // AltGr
    ['Mod+Shift+Z', press('Z', { ...ctrl, ...shift }), false, true],
    ['Mod+Z', press('Z', { ...ctrl, ...shift }), false, false],
    ['?', press('?', shift), false, true],
    ['?', press('?'), false, true],
    ['Space', press(' '), false, true],
    ['Space', press(' ', shift), false, false],
    ['Shift+Space', press(' ', shift), false, true],
    ['ArrowLeft', press('ArrowLeft'), false, true],
    ['Mod++', press('+', ctrl), false, true],
    ['b', press('B', shift), false, false],
    ['Mod+,', press(',', ctrl), false, true],
  ])('%s against %o (mac %s): %s', (shortcut, key, mac, fits) => {
    expect(matches(shortcut, key, mac)).toBe(fits);
  });

  it('are drawn as the system names them', () => {
    expect(keyCaps('Mod+Shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyCaps('Mod+Shift+z', true)).toEqual(['⌘', '⇧', 'Z']);
    expect(keyCaps('Mod++', false)).toEqual(['Ctrl', '+']);
    expect(keyCaps('+', false)).toEqual(['+']);
    expect(matches('+', { key: '+', ctrlKey: false, metaKey: false, shiftKey: true, altKey: false }, false)).toBe(true);
    expect(keyCaps('ArrowLeft', false)).toEqual(['←']);
  });

  it('of menu commands do not collide', () => {
    const all = Object.values(MENU_KEYS).flat();
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('commands', () => {
  const command = (id: string, more: Partial<Command> = {}): Command => ({ id, run: vi.fn(), enabled: true, keys: [], label: '', group: '', ...more });

  it('run the newest enabled one of a name', () => {
    const { getState } = createCommandsStore();
    const [old, fresh] = [command('undo'), command('undo')];
    getState().register(old);
    const end = getState().register(fresh);
    getState().register(command('undo', { enabled: false }));
    expect(getState().run('undo')).toBe(true);
    expect(fresh.run).toHaveBeenCalledOnce();
    end();
    getState().run('undo');
    expect(old.run).toHaveBeenCalledOnce();
    expect(getState().run('unknown')).toBe(false);
  });

  it('leave plain keys and undo to a text field that has the focus', () => {
    const { getState } = createCommandsStore();
    getState().register(command('undo', { keys: ['Mod+Z'] }));
    getState().register(command('brush', { keys: ['B'] }));
    getState().register(command('save', { keys: ['Mod+S'] }));
    const typing = (key: KeyPress) => getState().press(key, true, false);
    expect([typing(press('z', ctrl)), typing(press('b')), typing(press('s', ctrl))]).toEqual([false, false, true]);
    expect(getState().press(press('b'), false, false)).toBe(true);
    expect(getState().press(press('q'), false, false)).toBe(false);
  });
});
