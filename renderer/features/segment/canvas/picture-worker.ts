/** Decodes a picture, makes its pyramid and cuts tiles from it, off the window's thread. */
import { levelCount, levelSize, PICTURE_APRON, TILE } from './tiles';
import type { FromPictureWorker, ToPictureWorker } from './picture-messages';

const scope = self as unknown as { onmessage: (event: MessageEvent<ToPictureWorker>) => void; postMessage: (message: FromPictureWorker, transfer?: Transferable[]) => void };
const levels: ImageBitmap[] = [];

async function open(blob: Blob): Promise<void> {
  const options = { premultiplyAlpha: 'none', colorSpaceConversion: 'default' } as const;
  levels.push(await createImageBitmap(blob, options));
  const [whole] = levels as [ImageBitmap];
  const count = levelCount(whole);
  for (let level = 1; level < count; level++) {
    const { width, height } = levelSize(whole, level);
    levels.push(await createImageBitmap(levels[level - 1]!, { ...options, resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' }));
  }
  scope.postMessage({ type: 'opened', width: whole.width, height: whole.height });
}

scope.onmessage = ({ data }) => {
  if (data.type === 'open') open(data.blob).catch((error: unknown) => scope.postMessage({ type: 'failed', message: String(error) }));
  else cut(data.level, data.column, data.row).catch(() => scope.postMessage({ ...data, type: 'missed' }));
};

async function cut(level: number, column: number, row: number): Promise<void> {
  const side = TILE + 2 * PICTURE_APRON;
  const bitmap = await createImageBitmap(levels[level]!, column * TILE - PICTURE_APRON, row * TILE - PICTURE_APRON, side, side, { premultiplyAlpha: 'none' });
  scope.postMessage({ type: 'tile', level, column, row, bitmap }, [bitmap]);
}
