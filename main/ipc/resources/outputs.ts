import path from 'node:path';
import type { Services } from '../handlers/services';
import { fileResponse } from './file-response';
import type { Route } from './index';

/** What batches have written, for a window that is not on the machine of the files. Only ever saved: a written file is named by its item, must still be granted, and is never shown as a page. */
export function outputRoutes({ batches, grants }: Pick<Services, 'batches' | 'grants'>): Route[] {
  return [
    {
      methods: ['GET', 'HEAD'],
      pattern: /^\/output\/([\w-]+)\/(\d{1,9})\/(\d{1,3})$/,
      async answer(request, batch, item, output) {
        const file = await batches.output(batch!, Number(item), Number(output));
        const response = await fileResponse(request, await grants.check(file), { mediaType: 'application/octet-stream' });
        response.headers.set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(path.basename(file)).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`);
        return response;
      },
    },
  ];
}
