import { describe, expect, it, vi } from 'vitest';
import type { BatchInfo, BatchItem } from '../../../main/contract/batch';
import { fakeBridge } from '../../../renderer/bridge/fake/fake';
import { draftStore, isComplete, tasksOf } from '../../../renderer/features/batch/draft-store';
import { durationText } from '../../../renderer/features/batch/durations';
import { createItemsStore, PAGE } from '../../../renderer/features/batch/items-store';
import { folderOf, nameOf } from '../../../renderer/features/batch/paths';
import { createBatchesStore } from '../../../renderer/stores/batches';

const spec: BatchInfo['spec'] = { sources: ['/in'], tasks: [{ task: 'segment', formats: ['csv'] }], outDir: null, template: '{name}', existing: 'skip' };
const batch = (id: string, more: Partial<BatchInfo> = {}): BatchInfo => ({ id, spec, state: 'running', pausedBecause: null, created: 1, total: 9, done: 0, failed: 0, skipped: 0, fraction: 0, etaSeconds: null, ...more });
const item = (index: number, more: Partial<BatchItem> = {}): BatchItem => ({ index, input: `/in/${index}.png`, task: 'segment', state: 'waiting', stage: '', fraction: 0, seconds: null, outputs: [], error: null, ...more });

describe('the list of batches', () => {
  it('shows the newest first, follows events, and forgets what was removed', async () => {
    const bridge = fakeBridge({ 'batch.list': () => [batch('b'), batch('a')] });
    const store = createBatchesStore(bridge);
    await store.getState().load();
    expect(store.getState()).toMatchObject({ loaded: true, selected: 'b' });
    store.getState().put(batch('a', { done: 5 }));
    store.getState().put(batch('c'));
    expect(store.getState().batches.map(({ id, done }) => [id, done])).toEqual([['c', 0], ['b', 0], ['a', 5]]);
    bridge.emit('batchRemoved', { batch: 'b' }); // in another window
    expect(store.getState().selected).toBe('c');
    expect(store.getState().batches.map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('stays on the form for a new one when it is read again', async () => {
    const store = createBatchesStore(fakeBridge({ 'batch.list': () => [batch('a')] }));
    await store.getState().load();
    store.getState().select(null);
    await store.getState().load();
    expect(store.getState().selected).toBeNull();
  });
});

describe('the files of a batch', () => {
  it('are read page by page, only those that are seen', async () => {
    const asked: number[] = [];
    const bridge = fakeBridge({
      'batch.items': ({ offset, limit }) => {
        asked.push(offset);
        return { total: 50_000, items: Array.from({ length: limit }, (_, i) => item(offset + i)) };
      },
    });
    const store = createItemsStore(bridge, 'b', undefined, undefined);
    store.show(0, 30);
    await vi.waitFor(() => expect(store.getState().total).toBe(50_000));
    store.show(PAGE * 400 - 5, PAGE * 400 + 20);
    await vi.waitFor(() => expect(store.getState().items.get(PAGE * 400)?.input).toBe(`/in/${PAGE * 400}.png`));
    store.show(0, 30);
    expect(asked).toEqual([0, PAGE * 399, PAGE * 400]);
    expect(store.getState().items.size).toBe(3 * PAGE);
    store.show(0, 10);
    store.refresh();
    await vi.waitFor(() => expect(asked).toEqual([0, PAGE * 399, PAGE * 400, 0]));
  });
});

describe('the form', () => {
  it('asks for a preview once typing ends, and drops an answer that came too late', async () => {
    const answers: ((total: number) => void)[] = [];
    const bridge = fakeBridge({ 'batch.preview': () => new Promise((resolve) => answers.push((total) => resolve({ total, complete: true, samples: [], problems: [] }))) as never });
    const { getState } = draftStore(bridge);
    getState().change({ template: 'a' });
    expect(getState().looking).toBe(false); // nothing chosen yet
    getState().addSources(['/in', '/in']);
    getState().change({ template: 'ab' });
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    getState().change({ template: 'abc' });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]!(2);
    await vi.waitFor(() => expect(getState().preview?.total).toBe(2));
    answers[0]!(1);
    await Promise.resolve();
    expect(getState()).toMatchObject({ looking: false, preview: { total: 2 }, draft: { sources: ['/in'] } });
  });

  it('keeps formats in their order and takes those of a new task', () => {
    const { getState } = draftStore(fakeBridge({}));
    for (let i = 0; i < 2; i++) getState().toggleFormat('image', 'overlay');
    expect(getState().draft.tasks.image?.formats).toEqual(['labels', 'overlay', 'coco', 'csv']);
    getState().toggleFormat('image', 'coco');
    getState().setModel('image', 'mine');
    getState().setTask('audio', 'enhance');
    expect(getState().draft.tasks).toEqual({ image: { task: 'segment', model: 'mine', formats: ['labels', 'overlay', 'csv'] }, audio: { task: 'enhance', formats: ['wav'] } });
  });

  it('has one task where it is for pictures and recordings alike, and goes back to two', () => {
    const { getState } = draftStore(fakeBridge({}));
    const names = () => tasksOf(getState().draft).map(({ task }) => task);
    expect(names()).toEqual(['segment', 'transcribe']);
    getState().setTask('audio', 'classify');
    getState().toggleFormat('image', 'csv');
    expect(tasksOf(getState().draft)).toEqual([{ task: 'classify', formats: ['json', 'csv'] }]);
    getState().setTask('image', 'upscale');
    expect(names()).toEqual(['upscale', 'transcribe']);
    getState().setTask('audio', null);
    expect(names()).toEqual(['upscale']);
    getState().addSources(['/in']);
    expect(isComplete(getState().draft)).toBe(true);
    getState().setTask('image', null);
    expect(isComplete(getState().draft)).toBe(false);
  });

  it('starts no task that has no files, unless some may come', async () => {
    const started: string[][] = [];
    const bridge = fakeBridge({
      'batch.preview': () => ({ total: 2, perTask: [{ task: 'segment', total: 2 }, { task: 'transcribe', total: 0 }], complete: true, samples: [], problems: [] }),
      'batch.start': ({ tasks }) => {
        started.push(tasks.map(({ task }) => task));
        return batch('a');
      },
    });
    const { getState } = draftStore(bridge);
    for (const watch of [undefined, true]) {
      getState().addSources(['/in']);
      getState().change({ watch });
      await vi.waitFor(() => expect(getState()).toMatchObject({ looking: false, preview: { total: 2 } }));
      await getState().start();
    }
    expect(started).toEqual([['segment'], ['segment', 'transcribe']]);
  });
});

it('writes spans of time as the language does', () => {
  expect([3.21, 42.4, 600, 9000].map((seconds) => durationText('en', seconds))).toEqual(['3.2 sec', '42 sec', '10 min', '2.5 hr']);
  expect(durationText('de', 3.21)).toBe('3,2 Sek.');
});

it('takes paths of every system apart', () => {
  expect([nameOf('/a/b c.png'), nameOf('C:\\a\\b.png'), nameOf('/'), folderOf('/a/b.png'), folderOf('/b.png')]).toEqual(['b c.png', 'b.png', '/', '/a', '/']);
});
