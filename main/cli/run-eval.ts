import { SingleBar } from 'cli-progress';
import { AppError } from '../contract/errors';
import { evaluate } from '../eval/evaluate';
import { tuneOn } from '../eval/tune';
import { InferenceHost } from '../inference/host';
import { spawnWorker } from '../inference/spawn-node';
import { findModel } from '../library/bundled';
import type { EvalFlags } from './eval-command';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { evalText } from './report/eval-text';
import { tuningText } from './report/tuning-text';

/** Scores a model, or tunes its language model, and prints what was found. Gives the exit code. */
export async function runEval(name: string, { data, split, set, json, device, threads, languageModel, tune }: EvalFlags): Promise<number> {
  const model = await findModel(name);
  const interruption = watchInterruption();
  const host = new InferenceHost({ spawn: spawnWorker, onNotice: (message) => process.stderr.write(`${message}\n`) });
  const bar = new SingleBar({ format: '{bar} {value}/{total} {eta_formatted} left', stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const onItem = (done: number, total: number) => (done === 1 ? bar.start(total, done) : bar.update(done));
  try {
    if (tune) {
      const found = await tuneOn(model, data, { split, set }, { host, device, threads, signal: interruption.signal });
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : tuningText(found));
      return EXIT.ok;
    }
    const report = await evaluate(model, data, { split, set }, { runner: host, device, threads, languageModel, signal: interruption.signal, onItem });
    bar.stop();
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : evalText(report));
    return report.failures.length > 0 ? EXIT.someFailed : EXIT.ok;
  } catch (error) {
    const code = interruption.exitCode();
    if (code !== undefined && error instanceof AppError && error.code === 'CANCELLED') return code;
    throw error;
  } finally {
    bar.stop();
    await host.close();
  }
}
