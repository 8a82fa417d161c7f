/** The sessions of this window, one a job, and the player that they share. Both stay while other screens are shown, so undo outlives a look at them. */
import type { DeskJob } from '../../../../main/contract/desk';
import type { Studio } from '../../../stores/studio';
import { createLiveStore, type LiveStore } from '../live/live-store';
import { Player } from '../player/player';
import { Session } from './session';

export class Sessions {
  readonly player: Player;
  readonly live: LiveStore;
  private readonly all = new Map<string, Session>();

  constructor(private readonly studio: Studio) {
    const { bridge, jobs } = studio;
    this.player = new Player(bridge);
    this.live = createLiveStore(bridge);
    bridge.on('partial', ({ job, ...news }) => this.all.get(job)?.receive(news));
    bridge.on('job', (job) => void this.all.get(job.id)?.follow(job));
    bridge.on('removed', ({ job }) => this.all.delete(job));
    bridge.onConnection((connected) => {
      if (connected) for (const session of this.all.values()) void this.resume(session);
    });
    jobs.subscribe(({ jobs: now }) => {
      for (const session of this.all.values()) if (now[session.job]) void session.follow(now[session.job]!);
    });
    window.addEventListener('pagehide', () => this.flush());
  }

  of(job: DeskJob): Session {
    const known = this.all.get(job.id);
    if (known !== undefined) return known;
    const session = new Session(this.studio.bridge, job.id);
    this.all.set(job.id, session);
    void session.follow(job);
    return session;
  }

  /** Whether its text is no longer the model's, saved already or not. */
  hasEdits(job: DeskJob): boolean {
    const { model, history } = this.all.get(job.id)?.store.getState() ?? { model: null };
    return model === null || history === undefined ? job.edited : history.present !== model;
  }

  flush(): void {
    for (const session of this.all.values()) void session.flush();
  }

  private async resume(session: Session): Promise<void> {
    const { phase, saving } = session.store.getState();
    if (phase === 'streaming') await session.catchUp();
    if (saving !== 'saved') await session.flush();
  }
}

const known = new WeakMap<Studio, Sessions>();

export function sessionsOf(studio: Studio): Sessions {
  const sessions = known.get(studio) ?? new Sessions(studio);
  known.set(studio, sessions);
  return sessions;
}
