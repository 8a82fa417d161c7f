/** The contract over Electron's IPC: one request channel, one event channel, both for our own page's main frame only. */
import { BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { isOurs } from '../../app/place';
import type { EventBody, EventName } from '../../contract/api';
import { IPC_CALL, IPC_EVENT } from '../../contract/preload-api';
import type { IpcAnswer } from '../../contract/wire';
import type { Dispatch } from '../dispatch';

const NOT_ALLOWED: IpcAnswer = { error: { code: 'NOT_ALLOWED', message: 'Only the window of Mamba Studio may ask', hint: '' } };

export function answerCalls(dispatch: Dispatch): void {
  ipcMain.handle(IPC_CALL, (event, name: unknown, params: unknown): Promise<IpcAnswer> => {
    if (!fromOurPage(event)) return Promise.resolve(NOT_ALLOWED);
    return dispatch(String(name), params);
  });
}

export function sendEvent<Name extends EventName>(name: Name, body: EventBody<Name>): void {
  for (const { webContents } of BrowserWindow.getAllWindows()) {
    if (!webContents.isDestroyed() && isOurs(webContents.getURL())) webContents.send(IPC_EVENT, name, body);
  }
}

function fromOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url);
}
