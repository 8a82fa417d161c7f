import { app, shell } from 'electron';
import { mayOpenOutside } from './links';
import { isOurs } from './place';

/** The page stays the page: no other address is ever loaded, no second window opens, nothing is embedded. `refused` hears of each attempt. */
export function lockNavigation(refused: (what: string) => void): void {
  app.on('web-contents-created', (_created, contents) => {
    const stay = (event: Electron.Event, address: string) => {
      if (isOurs(address)) return;
      event.preventDefault();
      leave(address);
    };
    const leave = (address: string) => {
      if (mayOpenOutside(address)) void shell.openExternal(address);
      else refused(`Refused to open ${address.slice(0, 200)}`);
    };
    contents.on('will-frame-navigate', (event) => stay(event, event.url));
    contents.on('will-redirect', (event) => stay(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      leave(url);
      return { action: 'deny' };
    });
  });
}
