import { AppError } from '../../../contract/errors';
import { services, type ServiceName, type ServiceParams, type ServiceResult } from '../../../contract/worker-services';
import { reportOf } from '../error-report';
import type { ModelLoader } from '../sessions/model-loader';
import { adoptModel } from './adopt-model';
import { readFacts } from './facts';
import { measureModel } from './measure';
import { nativeFacts } from './native';
import { drawOverview } from './overview';
import { drawPicture } from './picture';
import { selfTest } from './self-test';
import { convertSound } from './sound';
import { drawThumbnail } from './thumbnail';
import { tuneDecoder } from './tune';

/** What a service may use besides its parameters. */
export interface ServiceContext {
  loader: ModelLoader;
  signal: AbortSignal;
  progress(stage: string, fraction: number): void;
}

const handlers: { [Name in ServiceName]: (params: ServiceParams<Name>, context: ServiceContext) => Promise<ServiceResult<Name>> } = {
  facts: readFacts,
  native: nativeFacts,
  thumbnail: drawThumbnail,
  picture: drawPicture,
  sound: convertSound,
  overview: drawOverview,
  adoptModel,
  selfTest,
  measure: measureModel,
  tune: tuneDecoder,
};

/** Answers one request of the serving process, its parameters checked against their schema. Throws AppError. */
export async function runService(
  { service, params }: { service: ServiceName; params?: unknown },
  loader: ModelLoader,
  signal: AbortSignal,
  progress: ServiceContext['progress'],
): Promise<unknown> {
  const checked = services[service].params.parse(params);
  const handler = handlers[service] as (params: unknown, context: ServiceContext) => Promise<unknown>;
  try {
    return await handler(checked, { loader, signal, progress });
  } catch (error) {
    const { code, message, hint } = reportOf(error, 'input' in checked ? String(checked.input) : service);
    throw new AppError(code, message, hint);
  }
}
