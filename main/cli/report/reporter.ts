import type { JobEvent, ListEnd } from '../../contract/job';
import { jsonLines } from './json-lines';
import { terminalReport } from './terminal';

/** Tells the user what happens to a list of jobs. */
export interface Reporter {
  event(event: JobEvent | ListEnd): void;
}

/** A progress bar and a table for people; JSON lines for programs. */
export function createReporter(json: boolean, jobs: number): Reporter {
  return json || !process.stdout.isTTY ? jsonLines(process.stdout) : terminalReport(process.stdout, process.stderr, jobs);
}
