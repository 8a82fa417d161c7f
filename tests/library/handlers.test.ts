import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import type { ModelEntry } from '../../main/contract/library';
import { spawnWorker } from '../../main/inference/spawn-node';
import { Grants } from '../../main/fs/grants';
import { createStudio, type Studio } from '../../main/studio';
import { zip } from '../support/torch-files';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
let studio: Studio | undefined;

afterEach(async () => {
  await studio?.close();
  studio = undefined;
});

it('answers the window\'s requests on models, and tells it of every change', async () => {
  studio = await createStudio({ dataDir: newFolder(), spawn: spawnWorker, grants: Grants.all(), checkResults: true });
  const news: ModelEntry[][] = [];
  studio.subscribe((event, body) => void (event === 'models' && news.push(body as ModelEntry[])));
  const call = async (name: string, params: object) => {
    const answer = (await studio!.call(name, params)) as { result: unknown } | { error: { code: string } };
    return 'result' in answer ? answer.result : answer.error.code;
  };
  const archive = zip(['card.json', 'model.safetensors'].map((name) => ({ name, data: readFileSync(`models/bundled/nuclei/${name}`) })));
  const request = new Request('http://localhost/upload?name=My%20cells.zip', { method: 'POST', body: Readable.toWeb(Readable.from([archive])) as ReadableStream, duplex: 'half' } as RequestInit);
  const { files } = (await (await studio.resource(request)).json()) as { files: { id: string; kind: string }[] };
  expect(files).toMatchObject([{ kind: 'model' }]);

  const imported = (await call('models.import', { file: files[0]!.id })) as ModelEntry;
  expect(imported).toMatchObject({ id: 'nuclei-2', source: 'My cells.zip', isDefault: false });
  expect(await call('models.selfTest', { model: imported.id })).toMatchObject({ ok: true });
  await call('settings.set', { models: { segment: imported.id } });
  expect(((await call('models.list', {})) as ModelEntry[]).find(({ id }) => id === imported.id)!.isDefault).toBe(true);
  await expect.poll(() => news.at(-1)?.find(({ id }) => id === imported.id)?.isDefault).toBe(true);
  expect(await call('models.remove', { model: imported.id })).toEqual({});
  await expect.poll(() => news.at(-1)?.some(({ id }) => id === imported.id)).toBe(false);
  expect([await call('models.remove', { model: 'nuclei' }), await call('models.install', { model: 'unheard-of' }), await call('models.import', { file: 'x' })]).toEqual(['NOT_ALLOWED', 'UNKNOWN_MODEL', 'NOT_ALLOWED']);
});
