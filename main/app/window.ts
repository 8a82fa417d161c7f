import path from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { packageRoot } from '../fs/package-root';
import { GROUND } from './ground';
import { START_PAGE } from './place';
import { WindowMemory } from './window-memory';
import { SMALLEST } from './window-state';

const ground = () => (nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light);

export function createWindow(dataDir: string): BrowserWindow {
  const memory = new WindowMemory(dataDir);
  const { maximized, ...place } = memory.recall();
  const window = new BrowserWindow({
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Mamba Studio',
    backgroundColor: ground(),
    icon: path.join(packageRoot(), 'assets', 'icons', '256x256.png'),
    webPreferences: {
      preload: path.join(packageRoot(), 'out', 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  memory.follow(window);
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  const recolour = () => window.setBackgroundColor(ground());
  nativeTheme.on('updated', recolour);
  window.once('closed', () => nativeTheme.off('updated', recolour));
  void window.loadURL(START_PAGE);
  return window;
}
