import { AppError } from '../../contract/errors';
import type { JobSpec } from '../../contract/job';
import type { ModelFiles, StagedResult, WorkerJob } from '../../contract/worker-messages';
import { discardStaged, stagedPath, writeStaged } from '../../fs/staging';
import { setMemoryLimit } from './memory-limit';
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

export type JobHooks = Required<Pick<PipelineContext, 'signal' | 'progress' | 'live'>> & { partial: PipelineContext['partial'] | undefined };

/** Runs the task's pipeline and stages its outputs. On failure nothing staged is left. */
export async function runJob({ job, model, denoise, live, memoryLimit = 0 }: WorkerJob, loader: ModelLoader, { signal, progress, partial, live: growth }: JobHooks): Promise<StagedResult> {
  let modelSeconds = 0;
  const once = (files: ModelFiles) => {
    let loaded: Promise<LoadedModel> | undefined;
    return () => (loaded ??= loader.load(files, job).then((fresh) => timed(fresh, (seconds) => (modelSeconds += seconds))));
  };
  const context: PipelineContext = { model: once(model), progress, signal, languageModel: job.languageModel, ...(partial && { partial }), ...(denoise && { denoiser: once(denoise) }), ...(live && { live: growth }) };
  setMemoryLimit(memoryLimit);
  try {
    const result = await pipelines[job.task](context, job);
    signal.throwIfAborted();
    progress('write', 1);
    for (const format of job.formats) await writeStaged(stagedPath(job.outDir, job.id, format), outputOf(result.outputs, format).bytes);
    signal.throwIfAborted();
    return { summary: result.summary, device: (await context.model()).device, modelSeconds };
  } catch (error) {
    await discardStaged(job.outDir, job.id, job.formats);
    throw error;
  } finally {
    setMemoryLimit(0);
  }
}

function timed(model: LoadedModel, add: (seconds: number) => void): LoadedModel {
  const run: LoadedModel['session']['run'] = async (feeds, options) => {
    const started = performance.now();
    try {
      return await model.session.run(feeds, options);
    } finally {
      add((performance.now() - started) / 1000);
    }
  };
  return { ...model, session: { run, dispose: () => model.session.dispose() } };
}

function outputOf(outputs: PipelineOutput[], format: PipelineOutput['format']): PipelineOutput {
  const output = outputs.find((candidate) => candidate.format === format);
  if (output === undefined) throw new AppError('INTERNAL', `The pipeline gave no ${format}`);
  return output;
}
