import { app } from 'electron';
import { filesOf } from './arguments';

/**
 * Files that come from outside of the window: arguments of this start and of later ones, macOS's open-file. Those that come while no page listens wait.
 * To be made before the application is ready.
 */
export class OpenedWith {
  private take: ((paths: string[]) => void) | undefined;
  private readonly waiting: string[] = [];

  constructor() {
    const own = app.isPackaged ? 1 : 2; // words before the arguments: the executable, and the folder that Electron was given
    this.add(filesOf(process.argv.slice(own), process.cwd()));
    app.on('second-instance', (_event, argv, cwd) => this.add(filesOf(argv.slice(own), cwd)));
    app.on('open-file', (event, file) => {
      event.preventDefault();
      this.add([file]);
    });
  }

  add(paths: string[]): void {
    if (paths.length === 0) return;
    if (this.take) this.take(paths);
    else this.waiting.push(...paths);
  }

  /** A page listens: hands over what waits, and from now on what comes. */
  deliverTo(take: (paths: string[]) => void): void {
    this.take = take;
    this.add(this.waiting.splice(0));
  }

  /** No page listens for now. */
  hold(): void {
    this.take = undefined;
  }
}
