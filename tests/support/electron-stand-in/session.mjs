import { EventEmitter } from 'node:events';
import { command } from './control.mjs';

class Session extends EventEmitter {
  setPermissionRequestHandler(handler) {
    this.request = handler;
  }
  setPermissionCheckHandler(handler) {
    this.check = handler;
  }
  setDevicePermissionHandler(handler) {
    this.device = handler;
  }
}

export const session = { defaultSession: new Session() };

/** Asks as Chromium would: { permission, origin, mediaTypes }. */
command('permission', ({ permission, origin, mediaTypes }) =>
  new Promise((resolve) => session.defaultSession.request(undefined, permission, resolve, { requestingUrl: origin, mediaTypes })),
);
