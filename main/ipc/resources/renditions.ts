import type { Rendition } from '../../desk/renditions';
import type { Services } from '../handlers/services';
import { fileResponse } from './file-response';
import type { Route } from './index';

/** An id stands for one content of a file, so all that is made of it never changes either. */
export function renditionRoutes({ renditions }: Services): Route[] {
  const route = (pattern: RegExp, make: (id: string, tile: string) => Promise<Rendition>): Route => ({
    methods: ['GET', 'HEAD'],
    pattern,
    async answer(request, id, tile = '') {
      const { path, contentType } = await make(id!, tile);
      return fileResponse(request, path, { mediaType: contentType, immutable: true });
    },
  });
  return [
    route(/^\/sound\/([\w-]+)$/, (id) => renditions.sound(id)),
    route(/^\/thumbnail\/([\w-]+)$/, (id) => renditions.thumbnail(id)),
    route(/^\/picture\/([\w-]+)$/, (id) => renditions.picture(id)),
    route(/^\/waveform\/([\w-]+)$/, (id) => renditions.waveform(id)),
    route(/^\/spectrogram\/([\w-]+)\/(\d{1,6})$/, (id, tile) => renditions.spectrogram(id, Number(tile))),
  ];
}
