export { app } from './app.mjs';
export { BrowserWindow } from './browser-window.mjs';
export { ipcMain } from './ipc.mjs';
export { protocol } from './requests.mjs';
export { session } from './session.mjs';
export { dialog, Menu, nativeTheme, powerSaveBlocker, screen, shell } from './system.mjs';
export { utilityProcess } from './utility-process.mjs';
