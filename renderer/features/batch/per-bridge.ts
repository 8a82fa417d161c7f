import type { Bridge } from '../../bridge/bridge';

/** A store of this feature for each bridge: it outlives the screen, so that coming back finds what was there. */
export function perBridge<Store>(create: (bridge: Bridge) => Store): (bridge: Bridge) => Store {
  const made = new WeakMap<Bridge, Store>();
  return (bridge) => {
    const store = made.get(bridge) ?? create(bridge);
    made.set(bridge, store);
    return store;
  };
}
