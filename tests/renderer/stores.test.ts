import { describe, expect, it, vi } from 'vitest';
import { fakeBridge } from '../../renderer/bridge/fake/fake';
import { BridgeError } from '../../renderer/bridge/bridge';
import { activeJobs, jobsInOrder } from '../../renderer/stores/jobs';
import { dismissNotice, notices, notify } from '../../renderer/stores/notices';
import { createStudio } from '../../renderer/stores/studio';
import { demos, deskJobs, models } from '../../renderer/bridge/fake/data';

const storage = (content: Record<string, string> = {}) => ({ getItem: (key: string) => content[key] ?? null, setItem: (key: string, value: string) => void (content[key] = value), content });
const started = async (bridge = fakeBridge(), session = storage(), local = storage(), hash = '') => {
  const studio = createStudio(bridge, { local, session }, hash);
  await vi.waitFor(() => expect([studio.files.getState().demos, studio.connection.getState().info]).not.toContain(null));
  return { studio, bridge, session, local };
};
const refusal = new BridgeError({ code: 'NOT_ALLOWED', message: 'no', hint: '' });

describe('studio', () => {
  it('fills every store at the start', async () => {
    const { studio } = await started();
    expect(Object.keys(studio.jobs.getState().jobs)).toHaveLength(deskJobs().length);
    expect(studio.models.getState().models).toEqual(models);
    expect(studio.settings.getState().loaded).toBe(true);
    expect(studio.connection.getState().info?.cores).toBe(8);
  });

  it('has what the welcome needs without waiting for the models', async () => {
    const { studio } = await started(fakeBridge({ 'models.list': () => new Promise<never>(() => undefined) }));
    expect(studio.files.getState().demos).toHaveLength(demos.length);
    expect(studio.settings.getState().loaded).toBe(true);
  });

  it('asks anew when a lost connection is back', async () => {
    const { studio, bridge } = await started();
    bridge.setConnected(false);
    expect(studio.connection.getState()).toMatchObject({ state: 'lost', failures: 1 });
    bridge.setConnected(false);
    expect(studio.connection.getState().failures).toBe(2);
    const before = bridge.calls.length;
    bridge.setConnected(true);
    await vi.waitFor(() => expect(bridge.calls.slice(before).map((call) => call.name)).toContain('jobs.list'));
    expect(studio.connection.getState()).toMatchObject({ state: 'connected', failures: 0 });
  });

  it('runs menu commands and shows notices of the serving process', async () => {
    const { studio, bridge } = await started();
    const run = vi.fn();
    studio.commands.getState().register({ id: 'export', run, enabled: true, keys: [], label: '', group: '' });
    bridge.emit('menu', { command: 'export' });
    expect(run).toHaveBeenCalledOnce();
    bridge.emit('notice', { level: 'warn', message: 'the worker was started again' });
    expect(notices.getState().list.at(-1)).toMatchObject({ level: 'warn', message: 'the worker was started again' });
  });
});

describe('jobs', () => {
  it('follow events', async () => {
    const { studio, bridge } = await started();
    const [first] = deskJobs();
    bridge.emit('job', { ...first!, id: 'new', created: first!.created + 1, state: 'queued', fraction: 0 });
    const { jobs } = studio.jobs.getState();
    expect(jobsInOrder(jobs)[0]!.id).toBe('new');
    expect(activeJobs(jobs).map((job) => job.id)).toEqual(['job-speech', 'new']);
    bridge.emit('removed', { job: 'new' });
    expect(studio.jobs.getState().jobs).not.toHaveProperty('new');
  });

  it('that were cancelled come back as the event says', async () => {
    const { studio } = await started();
    await studio.jobs.getState().cancel('job-speech');
    expect(studio.jobs.getState().jobs['job-speech']!.state).toBe('cancelled');
  });

  it('reject where the serving process refuses', async () => {
    const { studio } = await started(fakeBridge({ 'jobs.submit': () => Promise.reject(refusal) }));
    await expect(studio.jobs.getState().submit({ file: 'x', task: 'segment' })).rejects.toBe(refusal);
    expect(Object.keys(studio.jobs.getState().jobs)).toHaveLength(3);
  });
});

describe('files', () => {
  const [cells, coins, speech] = demos as [(typeof demos)[0], (typeof demos)[0], (typeof demos)[0]];

  it('are listed once; the first of each kind is selected', async () => {
    const { studio } = await started();
    const { add } = studio.files.getState();
    add({ files: [coins, cells, speech], rejected: [] });
    add({ files: [cells], rejected: [] }, false);
    expect(studio.files.getState().files.map((file) => file.id)).toEqual(['demo-coins', 'demo-cells', 'demo-speech']);
    expect(studio.files.getState().selected).toEqual({ image: 'demo-coins', audio: 'demo-speech', model: null });
  });

  it('select a neighbour when the selected one is closed', async () => {
    const { studio } = await started();
    studio.files.getState().add({ files: [coins, cells], rejected: [] });
    studio.files.getState().close('demo-coins');
    expect(studio.files.getState().selected.image).toBe('demo-cells');
    studio.files.getState().close('demo-cells');
    expect(studio.files.getState().selected.image).toBeNull();
    studio.files.getState().close('unknown');
  });

  it('survive a reload, but for those that are no longer open', async () => {
    const gone = { ...cells, id: 'gone' };
    const { session, studio } = await started();
    studio.files.getState().add({ files: [gone, coins], rejected: [] });
    const again = await started(fakeBridge(), storage(session.content));
    await vi.waitFor(() => expect(again.studio.files.getState().files.map((file) => file.id)).toEqual(['demo-coins']));
    expect(again.studio.files.getState().selected.image).toBe('demo-coins');
  });

  it.each(['no json', 'null', '[]', '{"files":3}'])('do not mind a damaged memory: %s', async (text) => {
    const { studio } = await started(fakeBridge(), storage({ 'mamba-studio.files': text }));
    expect(studio.files.getState()).toMatchObject({ files: [], selected: { image: null } });
  });

  it('are opened where the browser has no room to remember them', async () => {
    const full = { ...storage(), setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
    const { studio } = await started(fakeBridge(), full);
    studio.files.getState().add({ files: [coins], rejected: [] });
    expect(studio.files.getState()).toMatchObject({ files: [coins], selected: { image: coins.id } });
  });

  it('tell how far an opening is, also when it fails', async () => {
    const bridge = fakeBridge({ 'files.open': () => Promise.reject(refusal) });
    const { studio } = await started(bridge);
    const seen: (number | null)[] = [];
    studio.files.subscribe((state) => seen.push(state.opening));
    await studio.files.getState().open([new File(['x'], 'a.png')]);
    await expect(studio.files.getState().openPaths(['/a'])).rejects.toBe(refusal);
    expect(seen[0]).toBe(0);
    expect(seen).toContain(1);
    expect(seen.at(-1)).toBeNull();
  });

  it('opened elsewhere are taken in', async () => {
    const { studio, bridge } = await started();
    bridge.emit('opened', { files: [speech], rejected: [] });
    expect(studio.files.getState().selected.audio).toBe('demo-speech');
  });
});

describe('settings', () => {
  it('change at once, and go back where that is refused', async () => {
    const { studio } = await started(fakeBridge({ 'settings.set': () => Promise.reject(refusal) }));
    const work = studio.settings.getState().set({ theme: 'dark' });
    expect(studio.settings.getState().settings.theme).toBe('dark');
    await expect(work).rejects.toBe(refusal);
    expect(studio.settings.getState().settings.theme).toBe('system');
  });
  it('follow other windows', async () => {
    const { studio, bridge } = await started();
    bridge.emit('settings', { ...studio.settings.getState().settings, language: 'zh' });
    expect(studio.settings.getState().settings.language).toBe('zh');
  });
});

it('models keep the last list and tell why a new one could not be had', async () => {
  let broken = false;
  const { studio } = await started(fakeBridge({ 'models.list': () => (broken ? Promise.reject(refusal) : models) }));
  broken = true;
  await studio.models.getState().load();
  expect(studio.models.getState()).toMatchObject({ models, error: { code: 'NOT_ALLOWED' } });
});

describe('screens', () => {
  it('remember the last one; the address comes first', async () => {
    const { studio, local } = await started();
    studio.screens.getState().go('batch');
    expect((await started(fakeBridge(), storage(), local)).studio.screens.getState().screen).toBe('batch');
    expect((await started(fakeBridge(), storage(), local, '#/logs')).studio.screens.getState().screen).toBe('logs');
    expect((await started(fakeBridge(), storage(), storage({ 'mamba-studio.screen': 'gone' }))).studio.screens.getState().screen).toBe('segment');
  });
});

describe('notices', () => {
  it('go by themselves, errors later, and no message stands twice', () => {
    vi.useFakeTimers();
    notices.setState({ list: [] });
    notify('info', 'a');
    notify('info', 'a');
    notify('error', 'b', { detail: 'why' });
    expect(notices.getState().list.map((notice) => notice.message)).toEqual(['a', 'b']);
    vi.advanceTimersByTime(20_000);
    expect(notices.getState().list.map((notice) => notice.message)).toEqual(['b']);
    const end = notify('error', 'c');
    vi.advanceTimersByTime(20_000);
    expect(notices.getState().list.map((notice) => notice.message)).toEqual(['c']);
    end();
    dismissNotice(9999);
    expect(notices.getState().list).toEqual([]);
    vi.useRealTimers();
  });
  it('are never more than four', () => {
    for (let index = 0; index < 9; index += 1) notify('error', `error ${index}`);
    expect(notices.getState().list.map((notice) => notice.message)).toEqual(['error 5', 'error 6', 'error 7', 'error 8']);
    notices.setState({ list: [] });
  });
});
