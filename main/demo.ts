/** `npm run demo`: both tasks on the files in assets/, results in demo-results/. */
import path from 'node:path';
import { EXIT } from './cli/exit-codes';
import { watchInterruption } from './cli/interruption';
import { terminalReport } from './cli/report/terminal';
import { defaultFormats, type Task } from './contract/formats';
import type { JobSpec, ListEnd } from './contract/job';
import { packageRoot } from './fs/package-root';
import { InferenceHost } from './inference/host';
import { spawnWorker } from './inference/spawn-node';
import { planOutputs } from './jobs/naming';
import { runList } from './jobs/run-list';
import { findModelFor } from './library/bundled';

const STEPS: { task: Task; model?: string; files: string[] }[] = [
  { task: 'segment', files: ['cell.png', 'hubble_deep_field.jpg'] },
  { task: 'segment', model: 'facades', files: ['facade.jpg'] },
  { task: 'transcribe', files: ['jfk.wav', '2300-131720-0000.flac'] },
];
const results = path.join(packageRoot(), 'demo-results');

const interruption = watchInterruption();
const report = terminalReport(process.stdout, process.stderr, STEPS.flatMap(({ files }) => files).length);
const host = new InferenceHost({ spawn: spawnWorker, onNotice: (message) => report.event({ event: 'notice', message }) });

const total: ListEnd = { event: 'end', done: 0, failed: 0, cancelled: 0, seconds: 0 };
for (const [step, { task, model: name, files: names }] of STEPS.entries()) {
  const files = names.map((file) => path.join(packageRoot(), 'assets', file));
  const jobs = planOutputs(files, results).map((planned, i): JobSpec => ({
    id: `demo-${step}-${i}`, task, ...planned, formats: defaultFormats(task), overwrite: true, device: 'auto', threads: 0,
  }));
  const { files: model } = await findModelFor(task, name);
  const end = await runList(host, jobs, model, interruption.signal, (event) => event.event !== 'end' && report.event(event));
  for (const key of ['done', 'failed', 'cancelled', 'seconds'] as const) total[key] += end[key];
}
await host.close();
report.event(total);
process.exitCode = interruption.exitCode() ?? (total.failed > 0 ? EXIT.someFailed : EXIT.ok);
