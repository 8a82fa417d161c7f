import { AppError } from '../../../contract/errors';
import { services, type ServiceName, type ServiceParams, type ServiceResult } from '../../../contract/worker-services';
import { reportOf } from '../error-report';
import type { ModelLoader } from '../sessions/model-loader';

/** What a service may use besides its parameters. */
export interface ServiceContext {
  loader: ModelLoader;
  signal: AbortSignal;
  progress(stage: string, fraction: number): void;
}

type Handler<Name extends ServiceName> = (params: ServiceParams<Name>, context: ServiceContext) => Promise<ServiceResult<Name>>;

/** Loaded when they are asked for: most children do one task only. */
const handlers: { [Name in ServiceName]: () => Promise<Handler<Name>> } = {
  facts: async () => (await import('./facts')).readFacts,
  native: async () => (await import('./native')).nativeFacts,
  thumbnail: async () => (await import('./thumbnail')).drawThumbnail,
  picture: async () => (await import('./picture')).drawPicture,
  sound: async () => (await import('./sound')).convertSound,
  overview: async () => (await import('./overview')).drawOverview,
  adoptModel: async () => (await import('./adopt-model')).adoptModel,
  selfTest: async () => (await import('./self-test')).selfTest,
  measure: async () => (await import('./measure')).measureModel,
  tune: async () => (await import('./tune')).tuneDecoder,
};

/** Answers one request of the serving process, its parameters checked against their schema. Throws AppError. */
export async function runService(
  { service, params }: { service: ServiceName; params?: unknown },
  loader: ModelLoader,
  signal: AbortSignal,
  progress: ServiceContext['progress'],
): Promise<unknown> {
  const checked = services[service].params.parse(params);
  const handler = (await handlers[service]()) as (params: unknown, context: ServiceContext) => Promise<unknown>;
  try {
    return await handler(checked, { loader, signal, progress });
  } catch (error) {
    const { code, message, hint } = reportOf(error, 'input' in checked ? String(checked.input) : service);
    throw new AppError(code, message, hint);
  }
}
