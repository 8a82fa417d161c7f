import type { PreloadApi } from '../../main/contract/wire';
import type { Bridge } from './bridge';
import { electronBridge } from './electron';
import { webSocketBridge } from './websocket';

/** Electron where the preload script left its mark, else the page's own server. `?fake` works in development builds only. */
export async function chooseBridge(): Promise<Bridge> {
  const { mamba } = window as { mamba?: PreloadApi };
  if (mamba !== undefined) return electronBridge(mamba);
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) return (await import('./fake/fake')).fakeBridge();
  return webSocketBridge({ origin: location.origin });
}
