import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { defaultSettings } from '../contract/settings';
import { defaultDataFolder } from '../fs/data-folder';
import { InferenceHost } from '../inference/host';
import { spawnWorker } from '../inference/spawn-node';
import type { Library } from '../library/library';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { deviceOption, threadsOption, type SessionFlags } from './options';

interface Flags extends Partial<SessionFlags> {
  dataDir: string;
  json?: boolean;
}

export const dataDirOption = () =>
  new Option('--data-dir <folder>', 'where installed models are kept, the same as for serve').argParser((folder: string) => path.resolve(folder)).default(defaultDataFolder());

/** Commands that change what is installed, and those that try a model out. */
export function addModelChangeCommands(models: Command, finish: (exitCode: number) => void): void {
  models
    .command('add')
    .description('install a model: an id of the catalogue (models list --all) or hf:owner/name[/file] of the Hugging Face Hub, which are downloaded, or a file or folder, which is copied')
    .argument('<id|hf:owner/name|file|folder>', 'a published checkpoint, or a folder or ZIP archive with card.json and model.safetensors')
    .addOption(dataDirOption())
    .option('--json', 'the installed model as JSON')
    .action(async (name: string, flags: Flags) => {
      const [{ catalogue }, { isHubName }] = await Promise.all([import('../library/catalogue'), import('../library/hugging-face')]);
      const model = await withLibrary(flags, (library) => {
        if (isHubName(name)) return library.addFromHub(name);
        return !existsSync(name) && catalogue.some(({ id }) => id === name) ? library.install(name) : library.import(path.resolve(name));
      });
      process.stdout.write(flags.json ? `${JSON.stringify(model, null, 2)}\n` : `Installed ${model.name} for ${model.task} as ${model.id}\n`);
    });
  models
    .command('remove')
    .description('remove an installed model')
    .argument('<id>')
    .addOption(dataDirOption())
    .action(async (id: string, flags: Flags) => {
      await withLibrary(flags, (library) => library.remove(id));
      process.stdout.write(`Removed ${id}\n`);
    });
  models
    .command('test')
    .description('open a model, run it on a small made input, compare native with portable kernels')
    .argument('<id>')
    .addOption(dataDirOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'the result as JSON')
    .action(async (id: string, flags: Flags) => {
      const result = await withLibrary(flags, (library) => library.selfTest(id));
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${id}: ${result.ok ? 'works' : 'FAILED'} (${result.seconds.toFixed(1)} s). ${result.message}\n`);
      if (!result.ok) finish(EXIT.someFailed);
    });
  models
    .command('measure')
    .description('how fast a model is on this computer; remembered for the window')
    .argument('<id>')
    .addOption(dataDirOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--json', 'the result as JSON')
    .action(async (id: string, flags: Flags) => {
      const measured = await withLibrary(flags, (library) => library.measure(id));
      const { speed, unit, device, threads } = measured;
      process.stdout.write(flags.json ? `${JSON.stringify(measured)}\n` : `${id}: ${speed.toPrecision(3)} ${unit} (${device}, ${threads} thread${threads === 1 ? '' : 's'})\n`);
    });
}

async function withLibrary<Result>({ dataDir, device, threads }: Flags, use: (library: Library) => Promise<Result>): Promise<Result> {
  const host = new InferenceHost({ spawn: spawnWorker });
  const settings = { ...defaultSettings, ...(device && { device }), ...(threads !== undefined && { threads }) };
  const { Library } = await import('../library/library');
  const library = new Library({ dataDir, host, settings: { get: () => settings } });
  const { signal } = watchInterruption();
  signal.addEventListener('abort', () => void library.close(), { once: true });
  try {
    return await use(library);
  } finally {
    await host.close();
  }
}
