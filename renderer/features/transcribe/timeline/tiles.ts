import { resource, SPECTROGRAM_TILE_SECONDS } from '../../../../main/contract/resources';
import type { Bridge } from '../../../bridge/bridge';
import { tint } from './palette';

const KEPT = 24; // tiles: 12 minutes
const WAIT = 5000; // ms until a tile that failed is asked for again

/** Tiles of the spectrogram, loaded when they come into sight and coloured with the theme. */
export class SpectrogramTiles {
  private readonly tiles = new Map<number, HTMLCanvasElement | null>(); // null: being loaded; in the order of use
  private readonly failed = new Map<number, number>(); // tile -> time
  private closed = false;

  constructor(
    private readonly bridge: Bridge,
    private readonly file: string,
    private readonly colors: Uint8ClampedArray, // 256 of r, g, b
    private readonly onTile: () => void,
  ) {}

  /** Tiles that lie in a range in seconds and are there; the others are asked for. */
  inRange(start: number, end: number): { start: number; image: HTMLCanvasElement }[] {
    const found: { start: number; image: HTMLCanvasElement }[] = [];
    for (let tile = Math.floor(start / SPECTROGRAM_TILE_SECONDS); tile * SPECTROGRAM_TILE_SECONDS < end; tile++) {
      const image = this.tiles.get(tile);
      if (image === undefined) void this.load(tile);
      else {
        this.tiles.delete(tile);
        this.tiles.set(tile, image);
        if (image !== null) found.push({ start: tile * SPECTROGRAM_TILE_SECONDS, image });
      }
    }
    return found;
  }

  close(): void {
    this.closed = true;
    this.tiles.clear();
  }

  private async load(tile: number): Promise<void> {
    if (Date.now() - (this.failed.get(tile) ?? -WAIT) < WAIT) return;
    this.tiles.set(tile, null);
    try {
      const response = await this.bridge.fetch(resource.spectrogram(this.file, tile));
      const bitmap = await createImageBitmap(await response.blob());
      if (this.closed) return;
      this.tiles.set(tile, tint(bitmap, this.colors));
      for (const [old, image] of this.tiles) {
        if (this.tiles.size <= KEPT) break;
        if (image !== null) this.tiles.delete(old);
      }
      this.onTile();
    } catch {
      this.tiles.delete(tile);
      this.failed.set(tile, Date.now());
    }
  }
}
