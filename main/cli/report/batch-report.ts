import { SingleBar } from 'cli-progress';
import type { EventBody, EventName } from '../../contract/api';
import type { BatchInfo, BatchItem } from '../../contract/batch';
import { printable } from './table';

/** Tells the user of one batch at work. */
export interface BatchReporter {
  hear<Name extends EventName>(event: Name, body: EventBody<Name>): void;
  /** The last word; `summary`: files that list every item. */
  end(info: BatchInfo, failed: BatchItem[], summary: readonly string[]): void;
}

const ENDED: readonly BatchItem['state'][] = ['done', 'failed', 'skipped'];

export function createBatchReporter(json: boolean): BatchReporter {
  return json || !process.stdout.isTTY ? jsonBatch(process.stdout) : terminalBatch(process.stdout, process.stderr);
}

/** One event a line: `batch` (a BatchInfo), `item` (a BatchItem that has ended), `notice`, `end`. */
function jsonBatch(out: NodeJS.WritableStream): BatchReporter {
  const write = (event: string, body: object) => void out.write(`${JSON.stringify({ event, ...body })}\n`);
  return {
    hear(event, body) {
      if (event === 'batch') write('batch', body);
      else if (event === 'notice') write('notice', body);
      else if (event === 'batchItem' && ENDED.includes((body as EventBody<'batchItem'>).item.state)) write('item', (body as EventBody<'batchItem'>).item);
    },
    end: (info, _failed, summary) => write('end', { ...info, summary }),
  };
}

function terminalBatch(out: NodeJS.WriteStream, err: NodeJS.WriteStream): BatchReporter {
  const bar = new SingleBar({ format: '{bar} {percentage}% | {counts} | {left}{name}', stream: err, hideCursor: true, clearOnComplete: true, fps: 8 });
  bar.start(1, 0, { counts: 'looking for files', left: '', name: '' });
  return {
    hear(event, body) {
      if (event === 'notice') err.write(`${(body as EventBody<'notice'>).message}\n`);
      if (event === 'batchItem') bar.update({ name: printable((body as EventBody<'batchItem'>).item.input.split(/[\\/]/).at(-1)!) });
      if (event !== 'batch') return;
      const info = body as EventBody<'batch'>;
      if (info.state === 'watching' && info.pausedBecause) err.write(`${info.pausedBecause.message}. ${info.pausedBecause.hint}\n`);
      bar.update(info.fraction, { counts: info.state === 'watching' ? `watching | ${counts(info)}` : counts(info), left: info.etaSeconds === null ? '' : `${duration(info.etaSeconds)} left | ` });
    },
    end(info, failed, summary) {
      bar.stop();
      for (const { input, error } of failed) out.write(`FAILED ${error?.code ?? ''} ${printable(input)}: ${printable(error?.message ?? '')}. ${error?.hint ?? ''}\n`);
      if (info.failed > failed.length) out.write(`and ${info.failed - failed.length} more\n`);
      out.write(`${counts(info)}\n`);
      for (const file of summary) out.write(`Summary in ${printable(file)}\n`);
      if (info.pausedBecause) out.write(`Paused: ${info.pausedBecause.message}. ${info.pausedBecause.hint}\n`);
      if (info.state === 'paused') out.write('Go on with the same command and --resume.\n');
    },
  };
}

function counts({ total, done, failed, skipped }: BatchInfo): string {
  return `${done} of ${total} done${skipped > 0 ? `, ${skipped} skipped` : ''}${failed > 0 ? `, ${failed} failed` : ''}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
