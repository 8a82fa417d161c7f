import type { LoadedModel } from '../pipeline/context';
import { enhancerOf } from '../../../../models/tasks/enhance/enhancer';
import { pieceLength, soundInput } from '../../../../models/tasks/classify/sound-input';
import { separatorOf } from '../../../../models/tasks/separate/separator';
import { Transcriber } from '../../../../models/tasks/transcribe/streaming';
import { AppError } from '../../../contract/errors';
import type { Measurement } from '../../../contract/library';

type FloatTensor = { type: 'float32'; dims: number[]; data: Float32Array };

/** What a model made of an input, and how much that was: megapixels that came in, pictures, or seconds of sound. */
export interface Trial {
  values: Float32Array;
  amount: number;
  unit: Measurement['unit'];
}

const RATE = 16_000;

/**
 * Runs a model on an input that is made here, always the same: a picture of `side` x `side` pixels with soft blobs, or `seconds` of a rising voice-like tone.
 * `side` is rounded to what the model takes, and where that is one size only, it is that.
 */
export function runMadeInput(model: LoadedModel, { side, seconds }: { side: number; seconds: number }, signal: AbortSignal): Promise<Trial> {
  if (model.card.task === 'segment' || model.card.task === 'upscale' || model.card.classify?.input.kind === 'picture') return runPicture(model, side, signal);
  return runSound(model, seconds, signal);
}

async function runPicture({ card, built, session }: LoadedModel, wanted: number, signal: AbortSignal): Promise<Trial> {
  const multiple = card.image?.multipleOf ?? (card.scene && 'multipleOf' in card.scene ? card.scene.multipleOf : undefined) ?? 1;
  const [, colours, fixed] = built.inputs[0]!.dims;
  const own = card.scene?.kind === 'square' ? card.scene.side : card.scene?.kind === 'own' ? card.scene.window.side : undefined;
  const side = typeof fixed === 'number' ? fixed : ((card.classify?.input.kind === 'picture' ? card.classify.input.crop : own) ?? Math.max(multiple, Math.round(wanted / multiple) * multiple));
  const answer = await session.run({ [built.inputs[0]!.name]: { type: 'float32', dims: [1, colours as number, side, side], data: blobs(side, colours as number) } }, { signal });
  const values = answer[built.outputs[0]!.name]!.data as Float32Array;
  return card.classify ? { values, amount: 1, unit: 'images/s' } : { values, amount: side ** 2 / 1e6, unit: 'megapixels/s' };
}

async function runSound(model: LoadedModel, seconds: number, signal: AbortSignal): Promise<Trial> {
  const run = async (feeds: Record<string, FloatTensor>) => (await model.session.run(feeds, { signal })) as Record<string, FloatTensor>;
  const { card, built } = model;
  const pcm = tone(Math.round(seconds * (card.separate?.sampleRate ?? RATE)));
  const pieces: Float32Array[] = [];
  if (card.classify && card.classify.input.kind !== 'picture') {
    const { input } = card.classify;
    const piece = pcm.subarray(0, pieceLength(input));
    const answer = await run({ [built.inputs[0]!.name]: { type: 'float32', ...soundInput(piece, input) } });
    return { values: answer[built.outputs[0]!.name]!.data, amount: piece.length / RATE, unit: 'x real time' };
  }
  if (card.audio) {
    const stepsPerRun = Math.max(1, Math.round(pcm.length / card.audio.stepSamples));
    const transcriber = new Transcriber(run, built.outputs[0]!.name, built.states, { ...card.audio, stepsPerRun });
    for await (const { data } of transcriber.push(pcm)) pieces.push(data);
    for await (const { data } of transcriber.finish()) pieces.push(data);
  } else if (card.enhance) {
    const enhancer = enhancerOf(run, built, 4 * RATE);
    for await (const piece of enhancer.push(pcm)) pieces.push(piece);
    for await (const piece of enhancer.finish()) pieces.push(piece);
  } else if (card.separate && built.windows) {
    const separator = separatorOf(run, built.windows);
    for await (const speakers of separator.push(pcm)) pieces.push(...speakers);
    for await (const speakers of separator.finish()) pieces.push(...speakers);
  } else {
    throw new AppError('WRONG_TASK', `the model ${card.id} for ${card.task} takes neither pictures nor sound`, 'Choose another model.');
  }
  return { values: Float32Array.from(pieces.flatMap((piece) => [...piece])), amount: seconds, unit: 'x real time' };
}

/** [colours, side, side], values of 0 to 1 */
function blobs(side: number, colours: number): Float32Array {
  const data = new Float32Array(colours * side * side);
  for (let channel = 0, at = 0; channel < colours; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) data[at++] = 0.5 + 0.5 * Math.sin(x / 9 + channel) * Math.sin(y / 7);
    }
  }
  return data;
}

/** Pulses of a rising pitch under a slow envelope, at most 0.5 loud. */
function tone(samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, t) => {
    const phase = 2 * Math.PI * (120 + (20 * t) / RATE) * (t / RATE);
    return 0.25 * (1 + Math.sin((2 * Math.PI * 3 * t) / RATE)) * (0.6 * Math.sin(phase) + 0.3 * Math.sin(2 * phase) + 0.1 * Math.sin(7 * phase));
  });
}
