/** The contract over Electron's IPC: one request channel, one event channel, both for our own page's main frame only. */
import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { isOurs } from '../../app/place';
import { IPC_CALL, IPC_EVENT } from '../../contract/preload-api';
import type { IpcAnswer } from '../../contract/wire';
import type { Studio } from '../../studio';

const NOT_ALLOWED: IpcAnswer = { error: { code: 'NOT_ALLOWED', message: 'Only the window of Mamba Studio may ask', hint: '' } };

/** `answered` sees every answer on its way to the page. */
export function bindIpc(studio: Studio, answered: (name: string, answer: IpcAnswer) => void): void {
  ipcMain.handle(IPC_CALL, async (event, name: unknown, params: unknown): Promise<IpcAnswer> => {
    if (!fromOurPage(event)) return NOT_ALLOWED;
    const answer = await studio.call(String(name), params);
    answered(String(name), answer);
    return answer;
  });
  studio.subscribe((name, body) => {
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      if (!webContents.isDestroyed() && isOurs(webContents.getURL())) webContents.send(IPC_EVENT, name, body);
    }
  });
}

function fromOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url);
}
