import { bridgeEnd } from './bridge-end.mjs';

/** What runs before the page's own scripts, in the page's world: takes what the preload script exposes. */
export const pageScript = `(${function (end) {
  const { keep } = end('page', 'preload');
  keep((name, keys, ...functions) => {
    Object.defineProperty(window, name, { value: Object.freeze(Object.fromEntries(keys.map((key, index) => [key, functions[index]]))), enumerable: true });
  }, 'expose');
}})(${bridgeEnd});`;

/** The preload script `source` (CommonJS) in a world of its own, with the little that a sandboxed one may require. */
export function preloadScript(source) {
  return `(${function (end, run) {
    const { call } = end('preload', 'page');
    const pending = new Map();
    const listeners = new Map();
    let count = 0;

    globalThis.standInReceive = (message) => {
      if (message.id === undefined) return [...(listeners.get(message.channel) ?? [])].forEach((listener) => listener({}, ...message.args));
      const { resolve, reject } = pending.get(message.id);
      pending.delete(message.id);
      if (message.error === undefined) resolve(message.result);
      else reject(new Error(message.error));
    };
    const ipcRenderer = {
      invoke: (channel, ...args) =>
        new Promise((resolve, reject) => {
          pending.set(++count, { resolve, reject });
          globalThis.standInSend(JSON.stringify({ id: count, channel, args }));
        }),
      on: (channel, listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      removeListener: (channel, listener) => void listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener)),
    };
    const contextBridge = { exposeInMainWorld: (name, api) => call('expose', name, Object.keys(api), ...Object.values(api)) };
    const webUtils = { getPathForFile: () => '' }; // Chromium tells no page where a file lies
    const require = (name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer, webUtils };
      throw new Error(`A sandboxed preload script cannot require ${name}`);
    };
    run(require, { exports: {} });
  }})(${bridgeEnd}, function (require, module) { const exports = module.exports; ${source}\n});`;
}
