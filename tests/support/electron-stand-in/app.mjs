import { EventEmitter } from 'node:events';
import { closeBrowser, openBrowser } from './browser.mjs';
import { command, tell } from './control.mjs';

class App extends EventEmitter {
  isPackaged = false;
  #ready = openBrowser().then(() => void this.emit('ready'));

  whenReady() {
    return this.#ready;
  }
  enableSandbox() {}
  requestSingleInstanceLock() {
    return true;
  }
  getPath(name) {
    return name === 'userData' ? process.env.STAND_IN_USER_DATA : process.env.STAND_IN_DOWNLOADS;
  }
  getPreferredSystemLanguages() {
    return ['en-GB'];
  }
  addRecentDocument(file) {
    tell('recent-document', { file });
  }

  /** As Electron: asks everyone, closes the windows, and only then goes. */
  quit() {
    const event = cancellable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.emit('will-quit', cancellable());
    this.exit(0);
  }
  exit(code) {
    void closeBrowser().finally(() => process.exit(code));
  }
}

export function cancellable(fields = {}) {
  const event = { ...fields, defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
  return event;
}

export const app = new App();
command('quit', () => void setImmediate(() => app.quit()));
command('second-instance', (argv, cwd) => void app.emit('second-instance', cancellable(), argv, cwd));
process.on('disconnect', () => app.exit(1)); // the test has gone
