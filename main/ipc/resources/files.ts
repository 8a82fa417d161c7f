import { AppError } from '../../contract/errors';
import { UPLOAD_LIMIT_BYTES } from '../../desk/uploads';
import type { Services } from '../handlers/services';
import { checkLength } from './body';
import { fileResponse } from './file-response';
import type { Route } from './index';

const LONGEST_NAME = 1000; // characters

export function fileRoutes({ files }: Services): Route[] {
  return [
    {
      methods: ['POST'],
      pattern: /^\/upload$/,
      async answer(request) {
        const name = new URL(request.url).searchParams.get('name') ?? '';
        if (name === '' || name.length > LONGEST_NAME) throw new AppError('BAD_USAGE', 'An upload needs a name: /upload?name=', 'Reload the window.');
        checkLength(request, UPLOAD_LIMIT_BYTES);
        return Response.json(await files.upload(name, request.body ?? new Blob([]).stream()), { headers: { 'cache-control': 'no-store' } });
      },
    },
    {
      methods: ['GET', 'HEAD'],
      pattern: /^\/media\/([\w-]+)$/,
      async answer(request, id) {
        const { path, mediaType } = files.get(id!);
        return fileResponse(request, path, { mediaType, immutable: true });
      },
    },
  ];
}
