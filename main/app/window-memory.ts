import { readFileSync } from 'node:fs';
import path from 'node:path';
import { screen, type BrowserWindow } from 'electron';
import { writeAtomic } from '../fs/atomic-write';
import { fitWindow, type WindowState } from './window-state';

const QUIET_MS = 500; // a drag moves the window hundreds of times

/** The window's place in one JSON file of the data folder. */
export class WindowMemory {
  private readonly file: string;
  private timer: NodeJS.Timeout | undefined;

  constructor(dataDir: string) {
    this.file = path.join(dataDir, 'window.json');
  }

  recall(): WindowState {
    return fitWindow(this.read(), screen.getAllDisplays().map((display) => display.workArea));
  }

  follow(window: BrowserWindow): void {
    const later = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.write(window), QUIET_MS);
    };
    for (const change of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(change as 'resize', later);
    window.on('close', () => {
      clearTimeout(this.timer);
      this.write(window);
    });
  }

  private read(): unknown {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8'));
    } catch {
      return undefined; // the first start, or a damaged file: the usual place
    }
  }

  private write(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    void writeAtomic(this.file, JSON.stringify(state)).catch(() => undefined); // worth no message
  }
}
