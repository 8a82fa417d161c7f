/** All that the window's page gets of Electron: three functions, none of which passes Electron's own objects on. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { IPC_CALL, IPC_EVENT, type PreloadApi } from './contract/preload-api';

const api: PreloadApi = {
  call: (name, params) => ipcRenderer.invoke(IPC_CALL, name, params),
  onEvent(listener) {
    const forward = (_event: unknown, name: string, body: unknown) => listener(name, body);
    ipcRenderer.on(IPC_EVENT, forward);
    return () => void ipcRenderer.removeListener(IPC_EVENT, forward);
  },
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
};

contextBridge.exposeInMainWorld('mamba', api);
