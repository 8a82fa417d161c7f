/**
 * What the serving process asks of an inference child besides jobs: small questions about files and models that need decoders or sessions. One row a service;
 * `staged` is a path in the final folder that the child writes in full and the caller renames or removes.
 */
import { z } from 'zod';
import { fileFacts } from './media';

const path = z.string().min(1); // absolute
const toFile = z.object({ input: path, staged: path });

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
} satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

export type ServiceName = keyof typeof services;
export type ServiceParams<Name extends ServiceName> = z.output<(typeof services)[Name]['params']>;
export type ServiceResult<Name extends ServiceName> = z.output<(typeof services)[Name]['result']>;

export interface ServiceRequest<Name extends ServiceName = ServiceName> {
  service: Name;
  params: ServiceParams<Name>;
}

export const THUMBNAIL_SIDE = 320; // pixels
