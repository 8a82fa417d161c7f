/** app://studio/: the built window's files, and everything that main/contract/resources.ts lists. */
import path from 'node:path';
import { protocol } from 'electron';
import { packageRoot } from '../fs/package-root';
import { errorResponse } from '../ipc/resources/errors';
import { isResource } from '../ipc/resources';
import { staticFile } from '../ipc/resources/static-file';
import { reportOf } from '../ipc/dispatch';
import { SECURITY_HEADERS } from '../ipc/security-headers';
import type { Studio } from '../studio';
import { isOurs, SCHEME } from './place';

/** To be called before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);
}

export function servePage(studio: Studio): void {
  const root = path.join(packageRoot(), 'out', 'renderer');
  protocol.handle(SCHEME, async (request) => {
    const answer = await respond(studio, root, request).catch((error: unknown) =>
      errorResponse(reportOf(error, (cause) => studio.log.write('error', 'window', `${request.url}: ${String(cause)}`))),
    );
    const headers = new Headers(answer.headers);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  });
}

async function respond(studio: Studio, root: string, request: Request): Promise<Response> {
  if (!isOurs(request.url)) return new Response(null, { status: 404 });
  return isResource(new URL(request.url).pathname) ? studio.resource(request) : staticFile(request, root);
}
