import { app, type BrowserWindow } from 'electron';
import type { Studio } from '../studio';
import type { Dialogs } from './dialogs';
import type { ShellText } from './text';

const PATIENCE_MS = 8000;

/** Quitting asks first while something runs, and then waits until the studio has closed: nothing is left half-written, no child is left behind. */
export class Leaving {
  private state: 'open' | 'asking' | 'closing' | 'closed' = 'open';

  constructor(
    private readonly studio: Studio,
    private readonly dialogs: Dialogs,
    private readonly text: () => ShellText,
  ) {
    app.on('before-quit', (event) => {
      if (this.state === 'closed') return;
      event.preventDefault();
      if (this.state === 'open') void this.leave();
    });
    // On a Mac an application lives on without a window.
    app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
  }

  /** Closing the only window is quitting, so the question comes while the window is still there. */
  guard(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.state === 'closed' || process.platform === 'darwin') return;
      event.preventDefault();
      app.quit();
    });
  }

  private async leave(): Promise<void> {
    this.state = 'asking';
    if (!(await this.mayLeave())) {
      this.state = 'open';
      return;
    }
    this.state = 'closing';
    await Promise.race([this.studio.close(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]).catch((error: unknown) =>
      this.studio.log.write('error', 'window', `Closing failed: ${String(error)}`),
    );
    this.state = 'closed';
    app.quit();
  }

  private async mayLeave(): Promise<boolean> {
    if (!this.studio.busy) return true;
    const { quitBusyTitle, quitBusyDetail, quitAnyway, cancel } = this.text();
    return (await this.dialogs.ask('question', quitBusyTitle, quitBusyDetail, [quitAnyway, cancel])) === 0;
  }
}
