import type { Handlers } from '../../contract/api';
import type { Services } from './services';

export function settingsHandlers({ settings }: Services): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': async () => settings.get(),
    'settings.set': (patch) => settings.set(patch),
  };
}
