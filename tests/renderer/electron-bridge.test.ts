import { describe, expect, it } from 'vitest';
import type { PreloadApi } from '../../main/contract/wire';
import { electronBridge } from '../../renderer/bridge/electron';

const opened = (name: string) => ({ id: name.replace(/\W/g, '-'), name, kind: 'image', bytes: 1, path: '' });

function setup(answers: Partial<Record<string, unknown>> = {}) {
  const calls: [string, unknown][] = [];
  let tell: (name: string, body: unknown) => void = () => undefined;
  const api: PreloadApi = {
    call: async (name, params) => {
      calls.push([name, params]);
      return answers[name] instanceof Error ? { error: { code: 'NOT_AVAILABLE', message: answers[name].message, hint: '' } } : { result: answers[name] };
    },
    onEvent: (listener) => {
      tell = listener;
      return () => undefined;
    },
    pathOf: (file) => (file as File & { path?: string }).path ?? '',
  };
  const uploads: string[] = [];
  const bridge = electronBridge(api, async (url, file) => {
    uploads.push(url);
    return { files: [opened(file.name)], rejected: [] };
  });
  return { bridge, calls, uploads, tell: (name: string, body: unknown) => tell(name, body) };
}

const file = (name: string, path?: string) => Object.assign(new File(['x'], name), path === undefined ? {} : { path });

describe('electron bridge', () => {
  it('gives results and rejects with reports', async () => {
    const { bridge } = setup({ 'jobs.list': [], 'files.pick': new Error('no dialog') });
    expect(await bridge.call('jobs.list', {})).toEqual([]);
    await expect(bridge.call('files.pick', {})).rejects.toMatchObject({ report: { code: 'NOT_AVAILABLE', message: 'no dialog' } });
    expect(bridge.connected).toBe(true);
  });

  it('hands on events that fit the contract, until told otherwise', () => {
    const { bridge, tell } = setup();
    const heard: string[] = [];
    const end = bridge.on('menu', ({ command }) => heard.push(command));
    tell('menu', { command: 'undo' });
    tell('menu', { command: 'format-disk' });
    end();
    tell('menu', { command: 'redo' });
    expect(heard).toEqual(['undo']);
  });

  it('opens files by path, and uploads what has none, such as a pasted picture', async () => {
    const { bridge, calls, uploads } = setup({ 'files.open': { files: [opened('a.png')], rejected: [] } });
    const result = await bridge.openFiles([file('a.png', '/pictures/a.png'), file('pasted.png')]);
    expect(calls).toEqual([['files.open', { paths: ['/pictures/a.png'] }]]);
    expect(uploads).toEqual(['/upload?name=pasted.png']);
    expect(result.files.map((one) => one.name)).toEqual(['a.png', 'pasted.png']);
  });
});
