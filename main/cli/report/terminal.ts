import path from 'node:path';
import { SingleBar } from 'cli-progress';
import type { JobEvent, JobSummary, ListEnd } from '../../contract/job';
import type { Reporter } from './reporter';
import { printable, renderTable } from './table';

/** A progress bar over the whole list on `err`, then on `out` a table of results and what went wrong in full. */
export function terminalReport(out: NodeJS.WriteStream, err: NodeJS.WriteStream, jobs: number): Reporter {
  const bar = new SingleBar({ format: '{bar} {percentage}% | {finished}/{total} | {name} {stage}', stream: err, hideCursor: true, clearOnComplete: true, fps: 8 });
  const models = new Map<string, string>();
  const inputs = new Map<string, string>();
  const rows: string[][] = [];
  const problems: string[] = [];
  const folders = new Set<string>();
  let finished = 0;

  const finish = (event: Extract<JobEvent, { job: string; input: string }>, device: string, seconds: string, result: string) => {
    rows.push([path.basename(event.input), models.get(event.job) ?? '', device, seconds, result]);
    bar.update(++finished, { finished, stage: '' });
  };

  const on = (event: JobEvent | ListEnd): void => {
    switch (event.event) {
      case 'notice':
        return void err.write(`${event.message}\n`);
      case 'queued':
        models.set(event.job, event.model);
        inputs.set(event.job, event.input);
        if (models.size === 1) bar.start(jobs, 0, { finished: 0, name: '', stage: '' });
        return;
      case 'progress':
        return bar.update(finished + event.fraction, { name: printable(path.basename(inputs.get(event.job) ?? '')), stage: event.stage });
      case 'done':
        for (const output of event.outputs) folders.add(path.dirname(output.path));
        return finish(event, event.device, `${event.seconds.toFixed(1)} s`, resultText(event.summary));
      case 'failed':
        problems.push(`${path.basename(event.input)}: ${event.error.message}. ${event.error.hint}`);
        return finish(event, '', '', `FAILED ${event.error.code}`);
      case 'cancelled':
        return finish(event, '', '', 'cancelled');
      case 'end':
        bar.stop();
        out.write(renderTable(['file', 'model', 'device', 'time', 'result'], rows, out.columns));
        for (const problem of problems) out.write(`${printable(problem)}\n`);
        for (const folder of folders) out.write(`Results in ${printable(folder)}\n`);
    }
  };
  return { event: on };
}

export function resultText(summary: JobSummary): string {
  if (summary.task === 'segment') {
    const [one, several] = summary.scene ? ['class', 'classes'] : ['object', 'objects'];
    return `${summary.instances} ${summary.instances === 1 ? one : several} in ${summary.width} x ${summary.height} pixels`;
  }
  if (summary.task === 'upscale') return `${summary.width} x ${summary.height} pixels`;
  if (summary.task === 'enhance' || summary.task === 'separate') return `${summary.audioSeconds.toFixed(1)} s of sound`;
  if (summary.task === 'classify') return `${summary.label} (${(100 * summary.score).toFixed(1)} %)`;
  return summary.words === 0 ? '(no speech)' : summary.text;
}
