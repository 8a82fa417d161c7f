/** Electron's entry: what has to happen before Electron is ready, then main/app/start.ts. No await up here: Electron is not ready before this file has ended. */
import { app, dialog } from 'electron';
import { OpenedWith } from './app/opened-with';
import { declareScheme } from './app/serve-page';
import { start } from './app/start';
import { shellText } from './app/text';
import { AppError } from './contract/errors';

app.enableSandbox();
declareScheme();

if (app.requestSingleInstanceLock()) {
  const opened = new OpenedWith();
  app.whenReady().then(() => start(opened)).catch((error: unknown) => {
    dialog.showErrorBox(shellText('system', app.getPreferredSystemLanguages()).failedTitle, explain(error));
    app.exit(1);
  });
} else {
  app.quit(); // the first one has been handed our files
}

/** What is no fault of the program, such as a data folder in use, comes with advice; everything else with the place where it happened. */
function explain(error: unknown): string {
  if (error instanceof AppError) return `${error.message}\n\n${error.hint}`.trim();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
