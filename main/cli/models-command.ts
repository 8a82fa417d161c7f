import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ModelCard } from '../../models/cards/card';
import { bundledIds, findModel } from '../library/bundled';
import { renderTable } from './report/table';

export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('the models that are installed');
  models
    .command('list', { isDefault: true })
    .description('one line a model')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const cards = await Promise.all((await bundledIds()).map(describe));
      if (json) return void process.stdout.write(`${JSON.stringify(cards, null, 2)}\n`);
      const rows = cards.map((card) => [card.id, card.task, card.version, `${(card.bytes / 1e6).toFixed(1)} MB`, card.licence, card.summary]);
      process.stdout.write(renderTable(['model', 'task', 'version', 'size', 'licence', 'what it does'], rows, process.stdout.columns));
    });
  models
    .command('info')
    .description('the card of a model: what it does, how well, where it fails, what it was trained on')
    .argument('<id|folder>')
    .option('--json', 'the card as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const card = await describe(name);
      process.stdout.write(json ? `${JSON.stringify(card, null, 2)}\n` : cardText(card));
    });
}

async function describe(name: string): Promise<ModelCard & { bytes: number }> {
  const { card, files } = await findModel(name);
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
