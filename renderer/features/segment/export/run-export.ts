import { BridgeError } from '../../../bridge/bridge';
import { saveFile } from '../../../stores/save-file';
import { editedRegions } from '../edit/result';
import { regionColors } from '../session/colors';
import type { SegmentState } from '../session/state';
import type { FromExportWorker, ToExportWorker } from './export-worker';
import { EXPORT_FORMATS, EXPORT_SUFFIXES, exportName, type ExportFormat } from './formats';

/** Saves the corrected result. `all`: every format in one zip. Rejects with a BridgeError, and with the signal's reason. */
export async function runExport(state: SegmentState, file: string, format: ExportFormat | 'all', micrometresPerPixel: number | null, signal: AbortSignal, progress: (fraction: number) => void): Promise<void> {
  const { document, picture, coloring, hidden, fill, outlines } = state;
  if (document === null || picture === null) return;
  const regions = { ...editedRegions(document.map, document.classes), semantic: document.semantic };
  const colorOf = regionColors(coloring, document.classes);
  const colors = [null, ...regions.regions.map((region) => (hidden.has(region.class) ? null : colorOf(region)))];
  const message: ToExportWorker = {
    input: { file, regions, colors, fill, outlines, micrometresPerPixel },
    formats: format === 'all' ? [...EXPORT_FORMATS] : [format],
    archive: format === 'all',
    picture: picture.blob,
  };
  const bytes = await inWorker(message, signal, progress);
  saveFile(exportName(file, format === 'all' ? '.segmentation.zip' : EXPORT_SUFFIXES[format]), bytes);
}

function inWorker(message: ToExportWorker, signal: AbortSignal, progress: (fraction: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('./export-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    worker.onerror = (event) => reject(new BridgeError({ code: 'INTERNAL', message: event.message, hint: '' }));
    worker.onmessage = ({ data }: MessageEvent<FromExportWorker>) => {
      if (data.type === 'progress') progress(data.fraction);
      if (data.type === 'done') resolve(data.bytes);
      if (data.type === 'failed') reject(new BridgeError(data.error));
    };
    worker.postMessage(message, [message.input.regions.labels.buffer]);
  }).finally(() => worker.terminate());
}
