/** Electron's entry: what has to happen before Electron is ready, then main/app/start.ts. No await up here: Electron is not ready before this file has ended. */
import { app, dialog } from 'electron';
import { OpenedWith } from './app/opened-with';
import { declareScheme } from './app/serve-page';
import { start } from './app/start';

app.enableSandbox();
declareScheme();

if (app.requestSingleInstanceLock()) {
  const opened = new OpenedWith();
  app.whenReady().then(() => start(opened)).catch((error: unknown) => {
    dialog.showErrorBox('Mamba Studio', error instanceof Error ? (error.stack ?? error.message) : String(error));
    app.exit(1);
  });
} else {
  app.quit(); // the first one has been handed our files
}
