import { EventEmitter } from 'node:events';
import { command, tell } from './control.mjs';

/** Answers that the test has laid out, first come first served; without one a dialog is cancelled. */
const answers = [];
command('next-dialog', (answer) => void answers.push(answer));

const ask = (kind, otherwise) => async (...args) => {
  tell('dialog', { kind, options: JSON.parse(JSON.stringify(args.at(-1))) });
  return answers.shift() ?? otherwise;
};
export const dialog = {
  showOpenDialog: ask('open', { canceled: true, filePaths: [] }),
  showMessageBox: ask('message', { response: 0 }),
  showErrorBox: (title, text) => tell('dialog', { kind: 'error', options: { title, text } }),
};

export const shell = {
  openExternal: async (url) => tell('open-external', { url }),
  showItemInFolder: (file) => tell('reveal', { file }),
};

let shown = [];
export const Menu = {
  buildFromTemplate: (template) => template,
  setApplicationMenu(template) {
    shown = template;
    tell('menu', { labels: shown.map((item) => item.label ?? item.role) });
  },
};
const flat = (items) => items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
command('menu', (id) => flat(shown).find((item) => item.id === id).click());

class NativeTheme extends EventEmitter {
  #source = 'system';
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
  get themeSource() {
    return this.#source;
  }
  set themeSource(source) {
    this.#source = source;
    tell('theme', { source });
    this.emit('updated');
  }
}
export const nativeTheme = new NativeTheme();

let blockers = 0;
export const powerSaveBlocker = {
  start: (type) => (tell('awake', { type }), ++blockers),
  stop: () => tell('may-sleep'),
};

export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
