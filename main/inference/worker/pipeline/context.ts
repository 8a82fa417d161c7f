/** What the entry of the child process hands to a task's pipeline, and what it gets back. */
import type { JobSummary, SessionDevice } from '../../../contract/job';
import type { Format } from '../../../contract/formats';
import type { BuiltModel } from '../../../../models/architectures';
import type { ModelCard } from '../../../../models/cards/card';
import type { Session } from '../../../../native-kernels/lib';

/** What native and portable sessions have in common. */
export type ModelSession = Pick<Session, 'run' | 'dispose'>;

export interface LoadedModel {
  card: ModelCard;
  built: Omit<BuiltModel, 'onnx'>; // its ports and states
  session: ModelSession;
  device: SessionDevice;
}

export interface PipelineContext {
  /** The job's model, loaded at the first call. */
  model(): Promise<LoadedModel>;
  /** `fraction` of the whole job, 0 to 1, never falling. */
  progress(stage: string, fraction: number): void;
  /** Aborted when the job is cancelled: hand it to `session.run`, and call `signal.throwIfAborted()` between long steps. */
  signal: AbortSignal;
}

export interface PipelineOutput {
  format: Format;
  bytes: Uint8Array | string;
}

export interface PipelineResult {
  outputs: PipelineOutput[];
  summary: JobSummary;
}
