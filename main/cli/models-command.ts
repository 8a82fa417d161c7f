import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { ModelCard } from '../../models/cards/card';
import { bundledIds, findModel, type InstalledModel } from '../library/bundled';
import { findAnyModel } from '../library/find-model';
import { ModelStore } from '../library/model-store';
import { addModelChangeCommands, dataDirOption } from './model-change-commands';
import { renderTable } from './report/table';

export function addModelsCommand(program: Command, finish: (exitCode: number) => void): void {
  const models = program.command('models').description('the models: bundled, installed, and those that can be installed');
  models
    .command('list', { isDefault: true })
    .description('one line a model that is here')
    .option('--all', 'and those of the catalogue that can be installed')
    .addOption(dataDirOption())
    .option('--json', 'as JSON; cards of those that are here, then entries of the catalogue')
    .action(async ({ all = false, dataDir, json }: { all?: boolean; dataDir: string; json?: boolean }) => {
      const installed = await new ModelStore(path.join(dataDir, 'models')).list((message) => void process.stderr.write(`${message}\n`));
      const here = [...(await Promise.all((await bundledIds()).map(findModel))), ...installed];
      const cards = await Promise.all(here.map(describe));
      const offers = all ? (await import('../library/catalogue')).catalogue.filter(({ id }) => !cards.some((card) => card.id === id)) : [];
      if (json) return void process.stdout.write(`${JSON.stringify([...cards, ...offers], null, 2)}\n`);
      const rows = [...cards, ...offers.map((offer) => ({ ...offer, version: 'to install' }))];
      const cells = rows.map((row) => [row.id, row.task, row.version, 'bytes' in row ? `${(row.bytes / 1e6).toFixed(1)} MB` : '', row.licence, row.summary]);
      process.stdout.write(renderTable(['model', 'task', 'version', 'size', 'licence', 'what it does'], cells, process.stdout.columns));
    });
  models
    .command('info')
    .description('the card of a model: what it does, how well, where it fails, what it was trained on')
    .argument('<id|folder>')
    .addOption(dataDirOption())
    .option('--json', 'the card as JSON')
    .action(async (name: string, { dataDir, json }: { dataDir: string; json?: boolean }) => {
      const card = await describe(await findAnyModel(name, dataDir));
      process.stdout.write(json ? `${JSON.stringify(card, null, 2)}\n` : cardText(card));
    });
  addModelChangeCommands(models, finish);
}

async function describe({ card, files }: InstalledModel): Promise<ModelCard & { bytes: number }> {
  return { ...card, bytes: (await stat(files.weights)).size };
}

function cardText(card: ModelCard & { bytes: number }): string {
  const figures = card.figures.map(
    ({ metric, value, interval, set, command }) => `  ${metric} ${value}${interval ? ` (95 % interval ${interval.join(' to ')})` : ''} on ${set}\n    ${command}`,
  );
  return [
    `${card.name} (${card.id} ${card.version}): ${card.summary}`,
    `task ${card.task}, architecture ${card.architecture}, ${(card.bytes / 1e6).toFixed(1)} MB, licence ${card.licence}`,
    '',
    'Figures',
    ...figures,
    '',
    'Limits',
    ...card.limits.map((limit) => `  - ${limit}`),
    '',
    ...(card.training ? [`Trained on ${card.training.data}`, `  ${card.training.command}`, ''] : []),
  ].join('\n');
}
