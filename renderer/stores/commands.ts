/** What can be done now, by menu or keyboard. Screens register their commands while they are shown; the last one to register a name wins. */
import { createStore } from 'zustand/vanilla';
import type { MENU_COMMANDS } from '../../main/contract/api';
import { matches, type KeyPress } from './keys';

export type MenuCommand = (typeof MENU_COMMANDS)[number];

export interface Command {
  id: string; // a MenuCommand, or a name of the feature's own such as 'segment.brush'
  run: () => void;
  enabled: boolean;
  keys: readonly string[]; // shortcuts of keys.ts
  label: string; // already translated; '' for menu commands, whose words are in `common`
  group: string; // heading of the overview, already translated; '' for menu commands
}

/** Shortcuts of menu commands, the same in every screen. */
export const MENU_KEYS: Partial<Record<MenuCommand, readonly string[]>> = {
  open: ['Mod+O'],
  'open-folder': ['Mod+Shift+O'],
  save: ['Mod+S'],
  export: ['Mod+E'],
  undo: ['Mod+Z'],
  redo: ['Mod+Shift+Z', 'Mod+Y'],
  find: ['Mod+F'],
  settings: ['Mod+,', 'Mod+6'],
  segment: ['Mod+1'],
  transcribe: ['Mod+2'],
  batch: ['Mod+3'],
  models: ['Mod+4'],
  logs: ['Mod+5'],
  shortcuts: ['?', 'Mod+/'],
  'zoom-fit': ['0'],
  'zoom-actual': ['1'],
};

export interface CommandsState {
  commands: readonly Command[];
  register(command: Command): () => void;
  /** Runs the newest enabled command of that name; false where there is none. */
  run(id: string): boolean;
  /** Runs what belongs to a key press; `typing`: the focus is in a text field, where plain keys and undo belong to the field. */
  press(press: KeyPress, typing: boolean, mac: boolean): boolean;
}

export function createCommandsStore() {
  return createStore<CommandsState>()((set, get) => ({
    commands: [],
    register(command) {
      set((state) => ({ commands: [...state.commands, command] }));
      return () => set((state) => ({ commands: state.commands.filter((other) => other !== command) }));
    },
    run(id) {
      const command = get().commands.findLast((other) => other.id === id && other.enabled);
      command?.run();
      return command !== undefined;
    },
    press(press, typing, mac) {
      const fits = (command: Command) =>
        command.enabled && command.keys.some((keys) => matches(keys, press, mac) && !(typing && belongsToField(command.id, keys)));
      const command = get().commands.findLast(fits);
      command?.run();
      return command !== undefined;
    },
  }));
}

function belongsToField(id: string, keys: string): boolean {
  return id === 'undo' || id === 'redo' || !/^(Mod|Alt)\+/.test(keys);
}
