/** Composes exports off the window's thread. */
import { composeArchive, composeExport, type Encoder, type ExportInput } from './compose';
import type { ExportFormat } from './formats';
import { reportOf } from '../../../bridge/check';
import type { ErrorReport } from '../../../../main/contract/errors';

export interface ToExportWorker {
  input: ExportInput;
  formats: ExportFormat[];
  archive: boolean;
  picture: Blob;
}

export type FromExportWorker = { type: 'progress'; fraction: number } | { type: 'done'; bytes: Uint8Array<ArrayBuffer> } | { type: 'failed'; error: ErrorReport };

const scope = self as unknown as { onmessage: (event: MessageEvent<ToExportWorker>) => void; postMessage: (message: FromExportWorker, transfer?: Transferable[]) => void };

scope.onmessage = async ({ data: { input, formats, archive, picture } }) => {
  try {
    const encoder = browserEncoder(picture);
    const progress = (fraction: number) => scope.postMessage({ type: 'progress', fraction });
    const bytes = new Uint8Array(archive ? await composeArchive(input, formats, encoder, progress) : await composeExport(input, formats[0]!, encoder, progress));
    scope.postMessage({ type: 'done', bytes }, [bytes.buffer]);
  } catch (error) {
    scope.postMessage({ type: 'failed', error: reportOf(error) });
  }
};

function browserEncoder(blob: Blob): Encoder {
  return {
    async picture() {
      const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none' });
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })!;
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    },
    async png(pixels, width, height) {
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
      return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    },
  };
}
