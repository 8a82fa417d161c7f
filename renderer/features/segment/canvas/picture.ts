import type { FromPictureWorker, ToPictureWorker } from './picture-messages';
import { levelCount, tileKey, type TileName } from './tiles';
import type { Size } from './view';

const AT_ONCE = 4; // tiles asked for and not yet there

/** An opened picture in its worker. Tiles come as bitmaps, the latest wishes first. */
export class Picture implements Size {
  readonly levels: number;
  readonly #asked = new Set<string>();
  readonly #missed = new Set<string>(); // tiles tried once in vain
  #wanted: TileName[] = [];
  #onTile: (tile: TileName, bitmap: ImageBitmap) => void = (_, bitmap) => bitmap.close();

  private constructor(
    readonly blob: Blob,
    readonly width: number,
    readonly height: number,
    readonly worker: Worker,
  ) {
    this.levels = levelCount(this);
    worker.onmessage = ({ data }: MessageEvent<FromPictureWorker>) => {
      if (data.type !== 'tile' && data.type !== 'missed') return;
      this.#asked.delete(tileKey(data));
      if (data.type === 'tile') this.#onTile(data, data.bitmap);
      else if (!this.#missed.has(tileKey(data))) this.#wanted.push(data);
      if (data.type === 'missed') this.#missed.add(tileKey(data));
      this.#ask();
    };
  }

  /** Rejects with an Error where the browser cannot decode it, and with the signal's reason. */
  static open(blob: Blob, signal: AbortSignal): Promise<Picture> {
    const worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' });
    return new Promise((resolve, reject) => {
      const fail = (reason: unknown) => {
        worker.terminate();
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      };
      signal.addEventListener('abort', () => fail(signal.reason), { once: true });
      worker.onerror = (event) => fail(event.message);
      worker.onmessage = ({ data }: MessageEvent<FromPictureWorker>) => {
        if (data.type === 'opened') resolve(new Picture(blob, data.width, data.height, worker));
        if (data.type === 'failed') fail(data.message);
      };
      worker.postMessage({ type: 'open', blob } satisfies ToPictureWorker);
    });
  }

  onTile(listener: (tile: TileName, bitmap: ImageBitmap) => void): void {
    this.#onTile = listener;
  }

  /** Replaces what was wanted before and not yet asked for. */
  want(tiles: readonly TileName[]): void {
    this.#wanted = tiles.filter((tile) => !this.#asked.has(tileKey(tile)));
    this.#ask();
  }

  close(): void {
    this.worker.terminate();
  }

  #ask(): void {
    while (this.#asked.size < AT_ONCE) {
      const tile = this.#wanted.shift();
      if (tile === undefined) return;
      this.#asked.add(tileKey(tile));
      this.worker.postMessage({ type: 'tile', level: tile.level, column: tile.column, row: tile.row } satisfies ToPictureWorker);
    }
  }
}
