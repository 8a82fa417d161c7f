/** The window inside Electron: requests and events through `window.mamba` of the preload script, files through app://. */
import { openResult } from '../../main/contract/media';
import type { PreloadApi } from '../../main/contract/wire';
import { BridgeError, type Bridge } from './bridge';
import { Connection, EventListeners } from './listeners';
import { fetchResource, uploadAll, uploadByRequest, type Upload } from './resources';

export function electronBridge(api: PreloadApi, upload: Upload = uploadByRequest): Bridge {
  const events = new EventListeners();
  const connection = new Connection(true); // the main process lives as long as its window
  api.onEvent((name, body) => void events.emit(name, body));

  const bridge: Bridge = {
    async call(name, params) {
      const answer = await api.call(name, params);
      if ('error' in answer) throw new BridgeError(answer.error);
      return answer.result as never;
    },
    on: (name, listener) => events.on(name, listener),
    get connected() {
      return connection.connected;
    },
    onConnection: (listener) => connection.on(listener),
    url: (path) => path,
    fetch: (path, init) => fetchResource(path, init),
    async openFiles(files, onProgress, signal) {
      const paths = files.map((file) => api.pathOf(file));
      const named = paths.filter((path) => path !== '');
      const byPath = named.length > 0 ? await bridge.call('files.open', { paths: named }) : openResult.parse({ files: [], rejected: [] });
      const unnamed = files.filter((_, index) => paths[index] === '');
      const uploaded = await uploadAll(unnamed, upload, '', onProgress, signal);
      return { files: [...byPath.files, ...uploaded.files], rejected: [...byPath.rejected, ...uploaded.rejected] };
    },
  };
  return bridge;
}
