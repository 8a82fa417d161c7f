import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelCard } from '../../models/cards/card';
import { AppError } from '../contract/errors';
import type { Task } from '../contract/formats';
import type { Measurement, ModelEntry, SelfTestResult } from '../contract/library';
import type { Settings } from '../contract/settings';
import type { ServiceHost } from '../contract/worker-services';
import { bundledIds, DEFAULT_MODELS, findModel, forTask, idFrom, type InstalledModel } from './bundled';
import { catalogue as published, type CatalogueEntry, type Fetchable } from './catalogue';
import { sha256Of } from './checksum';
import { askSize, download, type DownloadOptions, type Wanted } from './download';
import { entryOf, offerOf } from './entries';
import { findOnHub } from './hugging-face';
import { Measurements } from './measurements';
import { ModelStore, readStagedCard, type StoredModel } from './model-store';

const NEWS_MS = 200; // between two reports of a download

export interface LibraryOptions {
  dataDir: string;
  /** Opens models in a child, apart from this process. */
  host: ServiceHost;
  settings: { get(): Pick<Settings, 'models' | 'device' | 'threads'> };
  /** Hears of every change of `list()`. */
  onChange?: (entries: ModelEntry[]) => void;
  warn?: (message: string) => void;
  catalogue?: readonly CatalogueEntry[];
  download?: Pick<DownloadOptions, 'tries' | 'pauseMs' | 'stallMs'>;
  /** Address of the Hugging Face Hub. */
  hub?: string;
}

interface Installation {
  abort: AbortController;
  fraction: number;
  done: Promise<ModelEntry>;
}

/** What is known of a model besides its file. */
interface Addition {
  source: string;
  id: string;
  entry?: CatalogueEntry;
  described?: Partial<ModelCard>;
}

/** All models: bundled ones, the user's own, and those that can be downloaded. Models are named by id, never by a path. */
export class Library {
  private readonly store: ModelStore;
  private readonly measurements: Measurements;
  private readonly catalogue: readonly CatalogueEntry[];
  private readonly installing = new Map<string, Installation>();
  private adding: Promise<unknown> = Promise.resolve();
  private telling: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LibraryOptions) {
    this.store = new ModelStore(path.join(options.dataDir, 'models'));
    this.measurements = new Measurements(path.join(options.dataDir, 'measurements.json'));
    this.catalogue = options.catalogue ?? published;
  }

  /** Bundled, installed, offered. */
  async list(): Promise<ModelEntry[]> {
    const models = await this.installed();
    const entries = await Promise.all(models.map((model) => this.entry(model, models)));
    const offers = this.catalogue.filter(({ id }) => !models.some(({ card }) => card.id === id));
    return [...entries, ...offers.map((offer) => offerOf(offer, this.installing.get(offer.id)?.fraction ?? null))];
  }

  /** Throws UNKNOWN_MODEL. */
  async find(id: string): Promise<InstalledModel> {
    if ((await bundledIds()).includes(id)) return findModel(id);
    if (await this.store.has(id)) return this.store.find(id);
    const offered = this.catalogue.some((entry) => entry.id === id);
    throw new AppError('UNKNOWN_MODEL', `There is no model ${id}`, offered ? 'Install it from the catalogue first.' : `There are ${(await this.installed()).map(({ card }) => card.id).join(', ')}.`);
  }

  /** The named model, or the task's default: the user's choice, the bundled one, any. Throws UNKNOWN_MODEL, WRONG_TASK. */
  async findFor(task: Task, id?: string): Promise<InstalledModel> {
    const wanted = id ?? this.defaultOf(task, await this.installed());
    if (wanted === undefined) throw new AppError('UNKNOWN_MODEL', `No model for ${task} is installed`, 'Install one from the catalogue, or import a checkpoint.');
    return forTask(task, await this.find(wanted));
  }

  /**
   * Copies a model into the library: a checkpoint of a known family, a folder or a ZIP archive with card.json and model.safetensors. `name`: of the file as the user knows it.
   * The same model again is not copied twice; a file of the catalogue is that model, however it came here. Throws BAD_CHECKPOINT, BAD_WEIGHTS, BAD_CARD, FILE_NOT_FOUND, DISK_FULL.
   */
  import(input: string, name = path.basename(input)): Promise<ModelEntry> {
    return this.add(input, { source: name, id: idFrom(path.parse(name).name) }).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, error.message.replaceAll(input, name), error.hint); // an upload's own place says nothing to the user
    });
  }

  /** Downloads a model of the catalogue; resolves when it is installed. Throws UNKNOWN_MODEL, CANCELLED, and as `download` and `import` do. */
  install(id: string): Promise<ModelEntry> {
    const running = this.installing.get(id);
    if (running) return running.done;
    const entry = this.catalogue.find((candidate) => candidate.id === id);
    if (!entry) return Promise.reject(new AppError('UNKNOWN_MODEL', `The catalogue has no model ${id}`));
    if ('byHand' in entry) return Promise.reject(new AppError('NOT_AVAILABLE', `${entry.name} cannot be downloaded by a program`, `Download it from ${entry.page} and add the file.`));
    const installation: Installation = { abort: new AbortController(), fraction: 0, done: Promise.resolve().then(() => this.fetchAndAdd(entry, installation)) };
    this.installing.set(id, installation);
    this.announce();
    return installation.done;
  }

  /**
   * Downloads `hf:owner/name` or `hf:owner/name/file` of the Hugging Face Hub and installs it; config.json there may name the classes. Throws as `findOnHub`,
   * `download` and `import` do; CANCELLED when the library is closed.
   */
  addFromHub(name: string, onProgress: (fraction: number) => void = () => undefined): Promise<ModelEntry> {
    const installation: Installation = { abort: new AbortController(), fraction: 0, done: Promise.resolve().then(() => this.fetchFromHub(name, installation, onProgress)) };
    this.installing.set(name, installation);
    return installation.done.finally(() => this.installing.delete(name));
  }

  /** Of an installed model; of a download: ends it and drops what has come. Throws NOT_ALLOWED for bundled ones, UNKNOWN_MODEL. */
  async remove(id: string): Promise<void> {
    const installation = this.installing.get(id);
    if (installation) {
      installation.abort.abort();
      await installation.done.catch(() => undefined);
      return;
    }
    if ((await bundledIds()).includes(id)) throw new AppError('NOT_ALLOWED', `The model ${id} belongs to the program and cannot be removed`);
    await this.store.remove(id);
    await this.measurements.set(id, null);
    this.announce();
  }

  /** A model that cannot even be opened has failed the test; only a child that died is an error. */
  async selfTest(id: string): Promise<SelfTestResult> {
    const start = performance.now();
    try {
      return await this.options.host.serve({ service: 'selfTest', params: { model: (await this.find(id)).files, ...this.session() } });
    } catch (error) {
      if (!(error instanceof AppError) || ['UNKNOWN_MODEL', 'WORKER_CRASHED', 'CANCELLED'].includes(error.code)) throw error;
      return { ok: false, finding: 'notOpened', message: error.message, devices: [], values: 0, difference: null, seconds: (performance.now() - start) / 1000 };
    }
  }

  async measure(id: string): Promise<Measurement> {
    const { files } = await this.find(id);
    const measured = { ...(await this.options.host.serve({ service: 'measure', params: { model: files, ...this.session() } })), time: Date.now() };
    await this.measurements.set(id, measured);
    this.announce();
    return measured;
  }

  /** Tells the listener how things are. */
  announce(): void {
    const { onChange, warn } = this.options;
    if (!onChange) return;
    this.telling = this.telling.then(() => this.list()).then(onChange, (error: Error) => warn?.(`The models could not be listed: ${error.message}`));
  }

  /** Ends running downloads; what has come is kept for the next time. */
  async close(): Promise<void> {
    const running = [...this.installing.values()];
    this.installing.clear(); // tells fetchAndAdd that nobody gave the download up
    for (const { abort } of running) abort.abort();
    await Promise.allSettled(running.map(({ done }) => done));
  }

  private async fetchFromHub(name: string, { abort: { signal } }: Installation, onProgress: (fraction: number) => void): Promise<ModelEntry> {
    const file = await findOnHub(name, signal, this.options.hub);
    const folder = path.join(this.options.dataDir, 'downloads', idFrom(`${name} ${file.url}`));
    const fetchTo = async (wanted: Wanted, to: string, hear: (fraction: number) => void) => {
      await download(wanted, to, { ...this.options.download, signal, onProgress: hear });
      return to;
    };
    if (file.config) await fetchTo(file.config, path.join(folder, 'config.json'), () => undefined);
    const weights = await fetchTo(file, path.join(folder, path.posix.basename(file.name)), onProgress);
    const { base } = path.posix.parse(new URL(file.page).pathname);
    const added = await this.add(weights, { source: file.page, id: idFrom(base), described: file.licence === undefined ? {} : { licence: file.licence } });
    await rm(folder, { recursive: true, force: true });
    return added;
  }

  private async fetchAndAdd(entry: Fetchable, installation: Installation): Promise<ModelEntry> {
    let file: string | undefined;
    let told = 0;
    const onProgress = (fraction: number) => {
      installation.fraction = fraction;
      if (performance.now() - told < NEWS_MS) return;
      told = performance.now();
      this.announce();
    };
    try {
      if (await this.store.has(entry.id)) return await this.entry(await this.store.find(entry.id), await this.installed());
      const { signal } = installation.abort;
      const wanted = await this.wantedFor(entry, signal);
      file = path.join(this.options.dataDir, 'downloads', `${entry.id}${path.extname(new URL(wanted.url).pathname)}`);
      await download(wanted, file, { ...this.options.download, signal, onProgress });
      const added = await this.add(file, { source: entry.page, id: entry.id, entry });
      await rm(file, { force: true });
      return added;
    } catch (error) {
      const givenUp = installation.abort.signal.aborted && this.installing.has(entry.id);
      if (givenUp && file !== undefined) await rm(file, { force: true });
      throw error;
    } finally {
      this.installing.delete(entry.id);
      this.announce();
    }
  }

  private async wantedFor(entry: Fetchable, signal: AbortSignal): Promise<Wanted> {
    if ('hub' in entry) return findOnHub(entry.hub, signal, this.options.hub);
    return 'bytes' in entry ? entry : { ...entry, bytes: await askSize(entry.url, signal) };
  }

  /** One after the other, so that two never take the same id. */
  private add(input: string, from: Addition): Promise<ModelEntry> {
    const result = this.adding.then(() => this.addNow(input, from));
    this.adding = result.catch(() => undefined);
    return result;
  }

  private async addNow(input: string, { source, id, entry, described }: Addition): Promise<ModelEntry> {
    let same: StoredModel | undefined;
    const model = await this.store
      .add(async (staged) => {
        const { weights, recognized } = await this.options.host.serve({ service: 'adoptModel', params: { input, staged, id } });
        const card = await readStagedCard(staged);
        const sha256 = await sha256Of(path.join(staged, weights));
        same = entry ? undefined : (await this.store.list()).find(({ origin, card: { task, version } }) => origin.sha256 === sha256 && task === card.task && version === card.version);
        if (same) throw new Error('already there');
        const known = entry ?? (recognized ? this.catalogue.find((offered) => 'sha256' in offered && offered.sha256 === sha256) : undefined);
        const published = known && { name: known.name, licence: known.licence, summary: known.summary, limits: known.limits };
        return { card: { ...card, ...described, ...published, id: await this.freeId(known?.id ?? card.id, known) }, origin: { weights, sha256, source, catalogue: known?.id ?? null } };
      })
      .catch((error: unknown) => same ?? Promise.reject(error));
    this.announce();
    return this.entry(model, await this.installed());
  }

  /** The wished one, or with a number behind it where another model has it. */
  private async freeId(wished: string, entry?: CatalogueEntry): Promise<string> {
    const taken = new Set([...(await this.installed()).map(({ card }) => card.id), ...(entry ? [] : this.catalogue.map(({ id }) => id))]);
    let id = wished;
    for (let number = 2; taken.has(id); number++) id = `${wished}-${number}`;
    return id;
  }

  private async installed(): Promise<InstalledModel[]> {
    return [...(await Promise.all((await bundledIds()).map(findModel))), ...(await this.store.list(this.options.warn))];
  }

  private async entry(model: InstalledModel, all: readonly InstalledModel[]): Promise<ModelEntry> {
    const { id, task } = model.card;
    const shown = { isDefault: this.defaultOf(task, all) === id, measured: await this.measurements.get(id) };
    return entryOf(model, shown, this.catalogue.find((entry) => entry.id === id));
  }

  private defaultOf(task: Task, models: readonly InstalledModel[]): string | undefined {
    const ids = models.filter(({ card }) => card.task === task).map(({ card }) => card.id);
    return [this.options.settings.get().models[task], DEFAULT_MODELS[task], ids[0]].find((id) => id !== undefined && ids.includes(id));
  }

  private session() {
    const { device, threads } = this.options.settings.get();
    return { device, threads };
  }
}
