import { RESULT_PARTS, type ResultPart } from '../../contract/resources';
import type { Services } from '../handlers/services';
import { readBody } from './body';
import { fileResponse } from './file-response';
import type { Route } from './index';

const EDIT_LIMIT_BYTES = 1 << 30;

const MEDIA_TYPES: Record<ResultPart, string> = {
  regions: 'application/octet-stream',
  transcript: 'application/json; charset=utf-8',
  sound: 'audio/wav',
  speaker1: 'audio/wav',
  speaker2: 'audio/wav',
  picture: 'image/png',
  classes: 'application/json; charset=utf-8',
};

/** Results of finished jobs, and the window's own edits of them. A job that is run again has another result, so a browser asks each time. */
export function resultRoutes({ desk }: Pick<Services, 'desk'>): Route[] {
  const edit = /^\/result\/([\w-]+)\/edit$/;
  return [
    {
      methods: ['GET', 'HEAD'],
      pattern: new RegExp(`^/result/([\\w-]+)/(${RESULT_PARTS.join('|')})$`),
      async answer(request, job, part) {
        const wanted = part as ResultPart;
        return fileResponse(request, desk.resultFile(job!, wanted), { mediaType: MEDIA_TYPES[wanted] });
      },
    },
    {
      methods: ['GET', 'HEAD'],
      pattern: edit,
      answer: async (request, job) => fileResponse(request, desk.editFile(job!), { mediaType: 'application/octet-stream' }),
    },
    {
      methods: ['PUT'],
      pattern: edit,
      async answer(request, job) {
        await desk.writeEdit(job!, await readBody(request, EDIT_LIMIT_BYTES));
        return new Response(null, { status: 204 });
      },
    },
    {
      methods: ['DELETE'],
      pattern: edit,
      async answer(_request, job) {
        await desk.deleteEdit(job!);
        return new Response(null, { status: 204 });
      },
    },
  ];
}
