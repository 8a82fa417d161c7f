import { AppError } from '../../contract/errors';
import type { JobSpec } from '../../contract/job';
import type { ModelFiles, StagedResult, WorkerJob } from '../../contract/worker-messages';
import { discardStaged, stagedPath, writeStaged } from '../../fs/staging';
import { classifyFile } from './pipeline/classify';
import type { LoadedModel, PipelineContext, PipelineOutput, PipelineResult } from './pipeline/context';
import { enhanceSpeech } from './pipeline/enhance';
import { segmentImage } from './pipeline/segment';
import { transcribeAudio } from './pipeline/transcribe';
import { upscaleImage } from './pipeline/upscale';
import type { ModelLoader } from './sessions/model-loader';

const pipelines: Record<JobSpec['task'], (context: PipelineContext, job: JobSpec) => Promise<PipelineResult>> = {
  segment: segmentImage,
  transcribe: transcribeAudio,
  enhance: enhanceSpeech,
  upscale: upscaleImage,
  classify: classifyFile,
};

export type JobHooks = Required<Pick<PipelineContext, 'signal' | 'progress' | 'partial' | 'live'>>;

/** Runs the task's pipeline and stages its outputs. On failure nothing staged is left. */
export async function runJob({ job, model, denoise, live }: WorkerJob, loader: ModelLoader, { signal, progress, partial, live: growth }: JobHooks): Promise<StagedResult> {
  const once = (files: ModelFiles) => {
    let loaded: Promise<LoadedModel> | undefined;
    return () => (loaded ??= loader.load(files, job));
  };
  const context: PipelineContext = { model: once(model), progress, partial, signal, ...(denoise && { denoiser: once(denoise) }), ...(live && { live: growth }) };
  try {
    const result = await pipelines[job.task](context, job);
    signal.throwIfAborted();
    progress('write', 1);
    for (const format of job.formats) await writeStaged(stagedPath(job.outDir, job.id, format), outputOf(result.outputs, format).bytes);
    signal.throwIfAborted();
    return { summary: result.summary, device: (await context.model()).device };
  } catch (error) {
    await discardStaged(job.outDir, job.id, job.formats);
    throw error;
  }
}

function outputOf(outputs: PipelineOutput[], format: PipelineOutput['format']): PipelineOutput {
  const output = outputs.find((candidate) => candidate.format === format);
  if (output === undefined) throw new AppError('INTERNAL', `The pipeline gave no ${format}`);
  return output;
}
