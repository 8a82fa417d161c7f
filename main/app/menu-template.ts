import type { MenuItemConstructorOptions } from 'electron';
import type { EventBody } from '../contract/api';
import { withoutMnemonic, type ShellText } from './text';

export type MenuCommand = EventBody<'menu'>['command'];

export interface MenuParts {
  text: ShellText;
  platform: string; // process.platform
  recent: readonly { path: string; name: string }[];
  send: (command: MenuCommand) => void;
  open: (path: string) => void;
}

type Item = MenuItemConstructorOptions;

/** The whole menu bar. What the page has to do goes to it as a command; what Electron does by itself is a role. */
export function menuTemplate({ text, platform, recent, send, open }: MenuParts): Item[] {
  const mac = platform === 'darwin';
  const command = (name: MenuCommand, label: string, accelerator: string): Item => ({ id: name, label, accelerator, click: () => send(name) });
  // Shown, but left to the page: in a text field these keys belong to the field.
  const pageCommand = (name: MenuCommand, label: string, accelerator: string): Item => ({ ...command(name, label, accelerator), registerAccelerator: false });
  const plainKey = (item: Item): Item => (mac ? omit(item, 'accelerator') : item); // macOS would take the key from every text field
  const line: Item = { type: 'separator' };
  const settings = command('settings', text.settings, 'CmdOrCtrl+,');
  const recentItems: Item[] = recent.length === 0 ? [{ label: text.noRecent, enabled: false }] : recent.map(({ path, name }) => ({ label: name.replaceAll('&', '&&'), toolTip: path, click: () => open(path) }));

  const menus: Item[] = [
    ...(mac ? [{ role: 'appMenu', submenu: [{ role: 'about' }, line, settings, line, { role: 'services' }, line, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, line, { role: 'quit' }] } as Item] : []),
    {
      label: text.file,
      submenu: [
        command('open', text.open, 'CmdOrCtrl+O'),
        command('open-folder', text.openFolder, 'CmdOrCtrl+Shift+O'),
        { id: 'recent', label: text.openRecent, submenu: recentItems },
        line,
        command('save', text.save, 'CmdOrCtrl+S'),
        command('export', text.export, 'CmdOrCtrl+E'),
        ...(mac ? [line, { role: 'close' } as Item] : [line, settings, line, { role: 'quit', label: text.quit } as Item]),
      ],
    },
    {
      label: text.edit,
      submenu: [
        pageCommand('undo', text.undo, 'CmdOrCtrl+Z'),
        pageCommand('redo', text.redo, 'CmdOrCtrl+Shift+Z'),
        line,
        { role: 'cut', label: text.cut },
        { role: 'copy', label: text.copy },
        { role: 'paste', label: text.paste },
        { role: 'selectAll', label: text.selectAll },
        line,
        command('find', text.find, 'CmdOrCtrl+F'),
      ],
    },
    {
      label: text.view,
      submenu: [
        command('segment', text.segment, 'CmdOrCtrl+1'),
        command('transcribe', text.transcribe, 'CmdOrCtrl+2'),
        command('batch', text.batch, 'CmdOrCtrl+3'),
        command('models', text.models, 'CmdOrCtrl+4'),
        command('logs', text.logs, 'CmdOrCtrl+5'),
        line,
        plainKey(pageCommand('zoom-fit', text.zoomFit, '0')),
        plainKey(pageCommand('zoom-actual', text.zoomActual, '1')),
        line,
        { role: 'zoomIn', label: text.zoomIn },
        { role: 'zoomOut', label: text.zoomOut },
        { role: 'resetZoom', label: text.zoomReset },
        line,
        { role: 'togglefullscreen', label: text.fullScreen },
        { role: 'toggleDevTools', label: text.developerTools },
      ],
    },
    ...(mac ? [{ role: 'windowMenu', label: text.window } as Item] : []),
    { role: 'help', label: text.help, submenu: [command('shortcuts', text.shortcuts, 'CmdOrCtrl+/')] },
  ];
  return mac ? menus.map(plainLabels) : menus;
}

function omit(item: Item, key: keyof Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== key));
}

/** macOS shows '&' as it stands. */
function plainLabels(item: Item): Item {
  const { label, submenu } = item;
  return {
    ...item,
    ...(label === undefined ? {} : { label: withoutMnemonic(label) }),
    ...(Array.isArray(submenu) ? { submenu: submenu.map(plainLabels) } : {}),
  };
}
