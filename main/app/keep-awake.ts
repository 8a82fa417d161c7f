import { powerSaveBlocker } from 'electron';

/** Keeps the machine from sleeping while work runs and the user wants that; the screen may go dark. */
export class KeepAwake {
  private blocker: number | undefined;

  update(wanted: boolean): void {
    if (wanted && this.blocker === undefined) this.blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && this.blocker !== undefined) {
      powerSaveBlocker.stop(this.blocker);
      this.blocker = undefined;
    }
  }
}
