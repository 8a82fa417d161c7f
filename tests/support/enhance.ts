import { openAudio } from '../../main/inference/worker/media/audio';
import type { BuiltModel, Lowering } from '../../models/architectures';
import { EnhanceStream, type FloatTensor } from '../../models/tasks/enhance/stream';
import { openGraph, type Run } from './graph-runner';

/** Runs sound through a streaming enhancer as the application does. */
export async function enhance(model: BuiltModel, lowering: Lowering, pcm: Float32Array, samplesPerRun: number): Promise<Float32Array> {
  return enhanceBy(await openGraph(model.onnx, lowering), model, pcm, samplesPerRun);
}

/** The same with a session that is open already. */
export async function enhanceBy(run: Run, model: BuiltModel, pcm: Float32Array, samplesPerRun: number): Promise<Float32Array> {
  const stream = new EnhanceStream(async (feeds) => (await run(feeds)) as Record<string, FloatTensor>, model.states, model.stream!, samplesPerRun);
  const pieces: Float32Array[] = [];
  for (let start = 0; start < pcm.length; start += 1000) for await (const piece of stream.push(pcm.subarray(start, start + 1000))) pieces.push(piece);
  for await (const piece of stream.finish()) pieces.push(piece);
  return joinedSamples(pieces);
}

/** A recording, mono. */
export async function readRecording(path: string, sampleRate = 16_000): Promise<Float32Array> {
  const blocks: Float32Array[] = [];
  for await (const block of await openAudio({ path }, sampleRate)) blocks.push(block.slice());
  return joinedSamples(blocks);
}

function joinedSamples(pieces: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const piece of pieces) {
    result.set(piece, filled);
    filled += piece.length;
  }
  return result;
}
