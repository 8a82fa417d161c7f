import type { ToWorker } from '../contract/worker-messages';

/** One running child, however it was started: node's child_process (spawn-node.ts), or Electron's utilityProcess. */
export interface WorkerChannel {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  /** Messages come as the child sent them: unchecked. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** At once, whatever the child is doing. */
  kill(): void;
}

export interface WorkerExit {
  code: number | null;
  signal: string | null;
  lastWords: string; // end of what it wrote to stderr
}
