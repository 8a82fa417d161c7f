import { createHash } from 'node:crypto';
import { AppError } from '../../contract/errors';
import { suffixesOf } from '../../contract/formats';
import type { JobSpec } from '../../contract/job';
import type { InferenceTime, ModelFiles, StagedResult, WorkerJob } from '../../contract/worker-messages';
import { discardStaged, stagedPath, writeStaged } from '../../fs/staging';
import { setMemoryLimit } from './memory-limit';
import type { LoadedModel, PipelineContext, PipelineResult } from './pipeline/context';
import type { ModelLoader } from './sessions/model-loader';

type Pipeline = (context: PipelineContext, job: JobSpec) => Promise<PipelineResult>;

/** Loaded when a job asks for them: most children do one task only. */
const pipelines: Record<JobSpec['task'], () => Promise<Pipeline>> = {
  segment: async () => (await import('./pipeline/segment')).segmentImage,
  transcribe: async () => (await import('./pipeline/transcribe')).transcribeAudio,
  enhance: async () => (await import('./pipeline/enhance')).enhanceSpeech,
  separate: async () => (await import('./pipeline/separate')).separateSpeech,
  upscale: async () => (await import('./pipeline/upscale')).upscaleImage,
  classify: async () => (await import('./pipeline/classify')).classifyFile,
};

export type JobHooks = Required<Pick<PipelineContext, 'signal' | 'progress' | 'live' | 'free'>> & { partial: PipelineContext['partial'] | undefined };

/** Runs the task's pipeline and stages its outputs. On failure nothing staged is left. */
export async function runJob({ job, model, denoise, live, memoryLimit = 0 }: WorkerJob, loader: ModelLoader, { signal, progress, partial, live: growth, free }: JobHooks): Promise<StagedResult> {
  const inference: InferenceTime = { model: 0, search: 0 };
  const once = (files: ModelFiles) => {
    let loaded: Promise<LoadedModel> | undefined;
    return () => (loaded ??= loader.load(files, job).then((fresh) => timed(fresh, (seconds) => (inference.model += seconds))));
  };
  const context: PipelineContext = { model: once(model), searched: (seconds) => (inference.search += seconds), progress, free, signal, languageModel: job.languageModel, ...(partial && { partial }), ...(denoise && { denoiser: once(denoise) }), ...(live && { live: growth }) };
  setMemoryLimit(memoryLimit);
  try {
    const pipeline = await pipelines[job.task]();
    const result = await pipeline(context, job);
    signal.throwIfAborted();
    free();
    progress('write', 1);
    const sha256: string[] = [];
    for (const format of job.formats) {
      const written = result.outputs.filter((output) => output.format === format);
      const suffixes = suffixesOf(job.task, format);
      if (written.length !== suffixes.length) throw new AppError('INTERNAL', `The pipeline gave ${written.length} of ${suffixes.length} files as ${format}`);
      for (const [i, suffix] of suffixes.entries()) {
        const { bytes } = written[i]!;
        await writeStaged(stagedPath(job.outDir, job.id, suffix), bytes);
        sha256.push(createHash('sha256').update(bytes).digest('hex'));
      }
    }
    signal.throwIfAborted();
    return { summary: result.summary, device: (await context.model()).device, sha256, inference };
  } catch (error) {
    await discardStaged(job.outDir, job.id, job);
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
