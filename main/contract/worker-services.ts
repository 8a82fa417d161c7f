/**
 * What the serving process asks of an inference child besides jobs: small questions about files and models that need decoders or sessions. One row a service.
 */
import { z } from 'zod';
import { fileFacts } from './media';

const path = z.string().min(1); // absolute

export const services = {
  /** From the headers. */
  facts: { params: z.object({ input: path, kind: z.enum(['image', 'audio']) }), result: fileFacts },
} satisfies Record<string, { params: z.ZodType; result: z.ZodType }>;

export type ServiceName = keyof typeof services;
export type ServiceParams<Name extends ServiceName> = z.output<(typeof services)[Name]['params']>;
export type ServiceResult<Name extends ServiceName> = z.output<(typeof services)[Name]['result']>;

export interface ServiceRequest<Name extends ServiceName = ServiceName> {
  service: Name;
  params: ServiceParams<Name>;
}
