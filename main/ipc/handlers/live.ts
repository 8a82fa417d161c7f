import type { Handlers } from '../../contract/api';
import type { Services } from './services';

export function liveHandlers({ live }: Pick<Services, 'live'>): Pick<Handlers, 'live.start' | 'live.stop' | 'live.discard'> {
  return {
    'live.start': (wish) => live.start(wish),
    'live.stop': ({ session }) => live.stop(session),
    'live.discard': async ({ session }) => {
      await live.discard(session);
      return {};
    },
  };
}
