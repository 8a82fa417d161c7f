import path from 'node:path';
import { app, type Session } from 'electron';
import { isOurs } from './place';
import { safeName } from './safe-name';

/** Exports come as downloads that the page composed. Each asks where to, beginning with the folder of the last one; nothing is fetched from elsewhere. */
export function saveDownloads(session: Session): void {
  let folder = app.getPath('downloads');
  session.on('will-download', (event, item) => {
    if (!isOurs(item.getURL().replace(/^blob:/, ''))) return event.preventDefault();
    item.setSaveDialogOptions({ defaultPath: path.join(folder, safeName(item.getFilename())) });
    item.once('done', (_done, state) => {
      if (state === 'completed') folder = path.dirname(item.getSavePath());
    });
  });
}
