import { app } from 'electron';
import type { EventBody } from '../contract/api';
import type { IpcAnswer } from '../contract/wire';
import type { Studio } from '../studio';

const SHOWN = 10;

/** Files that were opened, by whatever way: for the menu here, and for the system's own lists (dock, jump list). */
export class RecentFiles {
  private list: { path: string; name: string }[] = [];

  constructor(
    private readonly studio: Studio,
    private readonly changed: () => void,
  ) {
    studio.subscribe((event, body) => void (event === 'opened' && this.add(body as EventBody<'opened'>)));
  }

  get shown(): readonly { path: string; name: string }[] {
    return this.list;
  }

  /** Requests that open files tell of them in their answer. */
  notice(request: string, answer: IpcAnswer): void {
    if ((request === 'files.open' || request === 'files.pick') && 'result' in answer) this.add(answer.result as EventBody<'opened'>);
  }

  async refresh(): Promise<void> {
    this.list = (await this.studio.handlers['files.recent']({})).slice(0, SHOWN);
    this.changed();
  }

  private add({ files }: EventBody<'opened'>): void {
    const paths = files.map((file) => file.path).filter((path) => path !== '');
    for (const path of paths) app.addRecentDocument(path);
    if (paths.length > 0) void this.refresh();
  }
}
