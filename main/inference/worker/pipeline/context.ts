/** What the entry of the child process hands to a task's pipeline, and what it gets back. */
import type { JobSummary, SessionDevice } from '../../../contract/job';
import type { TranscriptNews } from '../../../contract/transcript';
import type { Format } from '../../../contract/formats';
import type { Growth } from '../../../contract/worker-messages';
import type { BuiltModel } from '../../../../models/architectures';
import type { ModelCard } from '../../../../models/cards/card';
import type { LanguageModel } from '../../../../models/tasks/transcribe/language/language-model';
import type { Session } from '../../../../native-kernels/lib';

/** What native and portable sessions have in common. */
export type ModelSession = Pick<Session, 'run' | 'dispose'> & Partial<Pick<Session, 'calls'>>;

export interface LoadedModel {
  card: ModelCard;
  built: Omit<BuiltModel, 'onnx'>; // its ports and states
  session: ModelSession;
  device: SessionDevice;
  language?: LanguageModel; // transcribe: where the card names one
}

export interface PipelineContext {
  /** The job's model, loaded at the first call. */
  model(): Promise<LoadedModel>;
  /** The model that cleans the sound first, loaded at the first call; absent where that is not wanted. */
  denoiser?(): Promise<LoadedModel>;
  /** The input is a recording in the making. */
  live?: LiveSource;
  /** transcribe: false leaves the model's language model out. */
  languageModel?: boolean | undefined;
  /** transcribe: what is known so far. */
  partial?(news: TranscriptNews): void;
  /** transcribe: so many seconds more went into the search over the model's answers. */
  searched?(seconds: number): void;
  /** The job needs no model any more: the next one may begin, while this one ends. */
  free?(): void;
  /** `fraction` of the whole job, 0 to 1, never falling. */
  progress(stage: string, fraction: number): void;
  /** Aborted when the job is cancelled: hand it to `session.run`, and call `signal.throwIfAborted()` between long steps. */
  signal: AbortSignal;
}

/** Gives how many samples the recording has, once they are more than `samples` or it has ended. Rejects when the job is cancelled. */
export interface LiveSource {
  beyond(samples: number): Promise<Growth>;
}

export interface PipelineOutput {
  format: Format;
  bytes: Uint8Array | string;
}

export interface PipelineResult {
  outputs: PipelineOutput[]; // of a format as many as it has suffixes, in their order
  summary: JobSummary;
}
