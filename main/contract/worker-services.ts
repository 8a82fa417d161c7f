/**
 * What the serving process asks of an inference child besides jobs: small questions about files and models that need decoders or sessions. One row a service;
 * `staged` is a path in the final folder that the child writes in full and the caller renames or removes.
 */
import { z } from 'zod';
import { DEVICES, SESSION_DEVICES } from './job';
import { measurement, selfTestResult } from './library';
import { fileFacts } from './media';
import { modelFiles } from './model-files';
import { tuning } from './tuning';

const path = z.string().min(1); // absolute
const toFile = z.object({ input: path, staged: path });
const onDevice = z.object({ model: modelFiles, device: z.enum(DEVICES), threads: z.int().min(0).max(256) });

export const services = {
  /** From the headers. */
  facts: { params: z.object({ input: path, kind: z.enum(['image', 'audio']) }), result: fileFacts },
  /** WebP, upright, at most THUMBNAIL_SIDE pixels. */
  thumbnail: { params: toFile, result: z.object({}) },
  /** 8-bit sRGB PNG, upright; where the browser shows the original the same way nothing is staged and `original` is its content type. */
  picture: { params: toFile, result: z.object({ original: z.string().nullable() }) },
  /** WAV, 16 kHz mono. */
  sound: { params: toFile, result: z.object({ seconds: z.number() }) },
  /** A folder with the files of main/contract/overview.ts. */
  overview: { params: toFile, result: z.object({ seconds: z.number(), tiles: z.int() }) },
  /** Our kernels on this machine; reason: why not. */
  native: { params: z.object({}), result: z.object({ available: z.boolean(), isa: z.string(), reason: z.string() }) },
  /**
   * A checkpoint, a folder or a ZIP archive with a card -> a folder with `card.json` and the weights, whose file name is given. The weights are checked to fit the card;
   * a checkpoint without one is recognised and called `id`.
   */
  adoptModel: { params: toFile.extend({ id: z.string() }), result: z.object({ weights: z.string(), recognized: z.boolean() }) }, // recognized: it had no card
  /** Opens and runs on a small made input; native and portable kernels are compared where both are there. */
  selfTest: { params: onDevice, result: selfTestResult },
  /** Real speed on a made input of a realistic size. */
  measure: { params: onDevice, result: measurement.omit({ time: true }).extend({ device: z.enum(SESSION_DEVICES) }) },
  /** Chooses weight and word bonus of a language model and fits the confidence, on labelled recordings; nothing is written. */
  tune: { params: onDevice.extend({ items: z.array(z.object({ input: path, set: z.string(), text: z.string() })).min(1) }), result: tuning },
} satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

export type ServiceName = keyof typeof services;
export type ServiceParams<Name extends ServiceName> = z.output<(typeof services)[Name]['params']>;
export type ServiceResult<Name extends ServiceName> = z.output<(typeof services)[Name]['result']>;

export interface ServiceRequest<Name extends ServiceName = ServiceName> {
  service: Name;
  params: ServiceParams<Name>;
}

/** Whoever passes requests on to a child. */
export interface ServiceHost {
  serve<Name extends ServiceName>(request: ServiceRequest<Name>, options?: { signal?: AbortSignal }): Promise<ServiceResult<Name>>;
}

export const THUMBNAIL_SIDE = 320; // pixels
