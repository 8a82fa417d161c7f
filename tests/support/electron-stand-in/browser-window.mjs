import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { inside, outside } from './addresses.mjs';
import { app, cancellable } from './app.mjs';
import { browserContext } from './browser.mjs';
import { command, tell } from './control.mjs';
import { ipcMain } from './ipc.mjs';
import { pageScript, preloadScript } from './preload-world.mjs';
import { interceptRequests } from './requests.mjs';

const WORLD = 'preload';
const windows = new Set();

class WebContents extends EventEmitter {
  openHandler = () => ({ action: 'allow' });
  world; // execution context of the preload script

  constructor(window) {
    super();
    this.window = window;
  }
  getURL() {
    return inside(this.window.page?.url() ?? '');
  }
  isDestroyed() {
    return this.window.isDestroyed();
  }
  setWindowOpenHandler(handler) {
    this.openHandler = handler;
  }
  send(channel, ...args) {
    this.receive({ channel, args: structuredClone(args) });
  }
  reload() {
    void this.window.page.reload();
  }
  receive(message) {
    void this.window.devtools.send('Runtime.evaluate', { expression: `standInReceive(${JSON.stringify(message)})`, contextId: this.world }).catch(() => undefined); // the page is on its way out
  }
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows() {
    return [...windows];
  }

  webContents = new WebContents(this);
  #options;
  #opened;
  #loading = true;
  #destroyed = false;

  constructor(options) {
    super();
    this.#options = options;
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    this.#opened = this.#open();
  }

  async loadURL(address) {
    await this.#opened;
    await this.page.goto(outside(address));
    this.#loading = false;
    this.emit('ready-to-show');
  }
  show() {
    tell('window-shown', { options: JSON.parse(JSON.stringify(this.#options)) });
  }
  close() {
    const event = cancellable();
    this.emit('close', event);
    if (!event.defaultPrevented) void this.page.close();
  }
  isDestroyed() {
    return this.#destroyed;
  }
  isMinimized() {
    return false;
  }
  isMaximized() {
    return false;
  }
  getNormalBounds() {
    return { x: 0, y: 0, width: this.#options.width, height: this.#options.height };
  }
  maximize() {}
  focus() {}
  setBackgroundColor() {}

  async #open() {
    await app.whenReady();
    const context = browserContext();
    this.page = context.pages().find((page) => page.url() === 'about:blank') ?? (await context.newPage());
    const { width, height, webPreferences } = this.#options;
    await this.page.setViewportSize({ width, height });
    this.page.on('popup', (popup) => void popup.close());
    this.page.on('close', () => this.#gone());
    await interceptRequests(this.page, { mayNavigate: (address, isMainFrame) => this.#mayNavigate(address, isMainFrame) });
    await context.route('**/*', (route) => this.#popup(route));
    await this.#preload(webPreferences.preload);
  }

  async #preload(file) {
    const devtools = (this.devtools = await browserContext().newCDPSession(this.page));
    devtools.on('Runtime.executionContextCreated', ({ context }) => void (context.name === WORLD && (this.webContents.world = context.id)));
    devtools.on('Runtime.bindingCalled', ({ payload }) => void this.#answer(JSON.parse(payload)));
    await devtools.send('Page.enable');
    await devtools.send('Runtime.enable');
    await devtools.send('Runtime.addBinding', { name: 'standInSend', executionContextName: WORLD });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadScript(readFileSync(file, 'utf8')), worldName: WORLD });
  }

  async #answer({ id, channel, args }) {
    const event = { sender: this.webContents, senderFrame: { url: this.webContents.getURL(), parent: null } };
    const answer = await ipcMain.invoke(channel, event, args).then((result) => ({ result }), (error) => ({ error: `Error invoking remote method '${channel}': ${error}` }));
    this.webContents.receive({ id, ...answer });
  }

  #mayNavigate(url, isMainFrame) {
    if (this.#loading) return true; // by loadURL, which asks nobody
    const event = cancellable({ url, isMainFrame });
    this.webContents.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }

  /** A request of a page that is no window of ours: one that window.open began. */
  #popup(route) {
    const { action } = this.webContents.openHandler({ url: inside(route.request().url()) });
    return action === 'deny' ? route.abort('aborted') : route.continue();
  }

  #gone() {
    this.#destroyed = true;
    windows.delete(this);
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }
}

command('close-window', () => BrowserWindow.getAllWindows()[0].close());
