import { app, BrowserWindow, session } from 'electron';
import type { EventBody } from '../contract/api';
import { bindIpc } from '../ipc/electron/bind';
import { Grants } from '../fs/grants';
import { createStudio } from '../studio';
import { watchHelpers, watchPage } from './crashes';
import { Dialogs } from './dialogs';
import { saveDownloads } from './downloads';
import { KeepAwake } from './keep-awake';
import { Leaving } from './leaving';
import { showMenu } from './menu';
import { lockNavigation } from './navigation';
import type { OpenedWith } from './opened-with';
import { restrictPermissions } from './permissions';
import { RecentFiles } from './recent-files';
import { servePage } from './serve-page';
import { chooseSpawn } from './spawn-utility';
import { shellText } from './text';
import { applyTheme } from './theme';
import { createWindow } from './window';

/** Puts the application together around the studio; to be called once Electron is ready. */
export async function start(opened: OpenedWith): Promise<void> {
  const dataDir = app.getPath('userData');
  const currentWindow = () => BrowserWindow.getAllWindows()[0];
  const text = () => shellText(studio.settings.get().language, app.getPreferredSystemLanguages());
  const dialogs = new Dialogs(currentWindow, text);
  const studio = await createStudio({
    dataDir,
    spawn: chooseSpawn(),
    grants: Grants.all(),
    shell: { pickFiles: (kind) => dialogs.pickFiles(kind), pickFolder: () => dialogs.pickFolder(), reveal: (path) => dialogs.reveal(path) },
    transport: 'electron',
  });
  const warn = (message: string) => studio.log.write('warn', 'window', message);

  const open = (paths: string[]) => void studio.open(paths).catch((error: unknown) => warn(`Opening failed: ${String(error)}`));
  const recent = new RecentFiles(studio, () => refreshMenu());
  const refreshMenu = () =>
    showMenu({ text: text(), recent: recent.shown, send: (command) => studio.publish('menu', { command }), open: (path) => opened.add([path]) });

  lockNavigation(warn);
  restrictPermissions(session.defaultSession);
  saveDownloads(session.defaultSession);
  watchHelpers(warn);
  servePage(studio);
  bindIpc(studio, (request, answer) => {
    recent.notice(request, answer);
    if (request === 'app.opened') opened.deliverTo(open); // the page asks this once it hears events
  });

  const awake = new KeepAwake();
  const stayAwake = () => awake.update(studio.busy && studio.settings.get().keepAwake);
  studio.onBusy(stayAwake);
  studio.subscribe((event, body) => {
    if (event !== 'settings') return;
    applyTheme(body as EventBody<'settings'>);
    refreshMenu();
    stayAwake();
  });
  applyTheme(studio.settings.get());
  await recent.refresh();

  const leaving = new Leaving(studio, dialogs, text);
  const showWindow = () => {
    const window = currentWindow();
    if (!window) {
      opened.hold();
      const made = createWindow(dataDir);
      watchPage(made, { dialogs, text, log: warn });
      leaving.guard(made);
      return;
    }
    if (window.isMinimized()) window.restore();
    window.focus();
  };
  showWindow();
  app.on('activate', showWindow); // a click on the dock's icon
  app.on('second-instance', showWindow);
  app.on('open-file', showWindow);
}
