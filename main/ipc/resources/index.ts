/** Answers the paths of main/contract/resources.ts. Electron's app:// and the web server hand their requests to this one function. */
import { AppError } from '../../contract/errors';
import { reportOf } from '../dispatch';
import type { Services } from '../handlers/services';
import { errorResponse, notFound } from './errors';
import { fileRoutes } from './files';
import { liveRoutes } from './live';
import { outputRoutes } from './outputs';
import { renditionRoutes } from './renditions';
import { resultRoutes } from './results';

/** The parameters are what stands in the groups of the pattern. */
export interface Route {
  methods: string[];
  pattern: RegExp;
  answer(request: Request, ...parameters: string[]): Promise<Response>;
}

export function createResources(services: Services): (request: Request) => Promise<Response> {
  const routes: Route[] = [...fileRoutes(services), ...renditionRoutes(services), ...resultRoutes(services), ...outputRoutes(services), ...liveRoutes(services)];

  return async (request) => {
    const { pathname } = new URL(request.url);
    try {
      const fitting = routes.filter(({ pattern }) => pattern.test(pathname));
      if (fitting.length === 0) throw notFound(pathname);
      const route = fitting.find(({ methods }) => methods.includes(request.method));
      if (!route) {
        const allowed = fitting.flatMap(({ methods }) => methods).join(', ');
        return errorResponse(new AppError('BAD_USAGE', `${request.method} is not possible here`, `Possible: ${allowed}.`).toReport(), 405, { allow: allowed });
      }
      return await route.answer(request, ...route.pattern.exec(pathname)!.slice(1));
    } catch (error) {
      return errorResponse(reportOf(error, (cause) => services.log.write('error', 'resources', `${request.method} ${pathname}: ${stackOf(cause)}`)));
    }
  };
}

/** Whether the window's own files cannot be meant. */
export function isResource(pathname: string): boolean {
  return /^\/(upload|media|sound|thumbnail|picture|waveform|spectrogram|result|output|live)(\/|$)/.test(pathname);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
