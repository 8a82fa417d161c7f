import { app, type BrowserWindow } from 'electron';
import type { Dialogs } from './dialogs';
import { withoutMnemonic, type ShellText } from './text';

export interface CrashParts {
  dialogs: Dialogs;
  text: () => ShellText;
  log: (message: string) => void;
}

/** A page that crashed or hangs can be loaded again: what it shows lies in this process. */
export function watchPage(window: BrowserWindow, { dialogs, text, log }: CrashParts): void {
  let ending = false; // by us, because it hangs
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || ending || window.isDestroyed()) return;
    log(`The window's process ended: ${reason}, exit code ${exitCode}`);
    const { crashTitle, crashDetail, reload, quit } = text();
    void dialogs.ask('error', crashTitle, crashDetail, [reload, withoutMnemonic(quit)]).then((pressed) => {
      if (pressed !== 0) app.quit();
      else if (!window.isDestroyed()) window.webContents.reload();
    });
  });

  let asking = false;
  window.on('unresponsive', () => {
    if (asking) return;
    asking = true;
    log('The window does not respond');
    const { hangTitle, hangDetail, reload, wait } = text();
    void dialogs.ask('warning', hangTitle, hangDetail, [wait, reload]).then((pressed) => {
      asking = false;
      if (pressed === 1 && !window.isDestroyed()) {
        ending = true;
        window.webContents.once('did-finish-load', () => (ending = false));
        window.webContents.forcefullyCrashRenderer();
        window.webContents.reload();
      }
    });
  });
}

/** The GPU's process: Chromium starts it again by itself, or draws with the processor; the log should know. */
export function watchHelpers(log: (message: string) => void): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit' && reason !== 'killed') log(`A process ended: ${name ?? type}, ${reason}, exit code ${exitCode}`);
  });
}
