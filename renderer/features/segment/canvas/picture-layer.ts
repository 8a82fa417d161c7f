import type { Picture } from './picture';
import { TextureCache } from './texture-cache';
import { ancestors, levelFor, levelSize, PICTURE_APRON, TILE, tileKey, visibleTiles, type TileName } from './tiles';
import type { Size, View } from './view';

const LIMIT = 160; // textures, about a megabyte each

export interface Found {
  tile: TileName;
  texture: WebGLTexture;
}

/** A picture's tiles as textures. `zoom`: its pixels a pixel of the segmented picture, more than 1 where it was enlarged. */
export class PictureLayer {
  readonly #cache: TextureCache;
  #wanted = '';

  constructor(
    readonly gl: WebGL2RenderingContext,
    readonly picture: Picture,
    readonly zoom: number,
    changed: () => void,
  ) {
    this.#cache = new TextureCache(gl, LIMIT);
    picture.onTile((tile, bitmap) => {
      this.#upload(tile, bitmap);
      bitmap.close();
      changed();
    });
  }

  /** The tiles to draw for a view, in picture pixels of this layer, and what to draw them with. Asks for those that are missing. */
  visible(view: View, canvas: Size): { tile: TileName; found: Found }[] {
    const { picture } = this;
    const tiles = visibleTiles(view, canvas, picture, levelFor(view.scale, picture.levels));
    const missing = tiles.filter((tile) => this.#cache.peek(tileKey(tile)) === undefined);
    const coarsest = { level: picture.levels - 1, column: 0, row: 0 };
    if (this.#cache.peek(tileKey(coarsest)) === undefined) missing.unshift(coarsest);
    const wanted = missing.map(tileKey).join();
    if (wanted !== this.#wanted) picture.want(missing);
    this.#wanted = wanted;
    return tiles.flatMap((tile) => {
      const found = this.#find(tile);
      return found ? [{ tile, found }] : [];
    });
  }

  /** Texels of a tile that hold picture, half a texel inside. */
  limits({ level, column, row }: TileName): [left: number, top: number, right: number, bottom: number] {
    const { width, height } = levelSize(this.picture, level);
    const end = (size: number, tile: number) => Math.min(TILE + PICTURE_APRON, size - tile * TILE) + PICTURE_APRON - 0.5;
    const start = (tile: number) => (tile === 0 ? PICTURE_APRON + 0.5 : 0.5);
    return [start(column), start(row), end(width, column), end(height, row)];
  }

  drop(): void {
    this.#cache.clear();
    this.picture.onTile((_, bitmap) => bitmap.close());
  }

  #find(tile: TileName): Found | undefined {
    for (const candidate of ancestors(tile, this.picture.levels)) {
      const texture = this.#cache.get(tileKey(candidate));
      if (texture) return { tile: candidate, texture };
    }
    return undefined;
  }

  #upload(tile: TileName, bitmap: ImageBitmap): void {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, bitmap.width, bitmap.height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    this.#cache.put(tileKey(tile), texture, tile.level === this.picture.levels - 1);
  }
}
