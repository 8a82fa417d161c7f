import type { Box } from '../../../../models/tasks/segment/measure';
import type { LabelMap } from '../edit/label-map';
import { fillLabelTile, LABEL_SIDE, touchedTexels, WHOLE } from './label-tile';
import type { Found } from './picture-layer';
import { TextureCache } from './texture-cache';
import { ancestors, levelCount, tileKey, type TileName } from './tiles';

const LIMIT = 200; // textures, half a megabyte each
const BUDGET = 6; // ms of a frame for new tiles

/** The label map's tiles as textures of whole numbers, 16 bits while these suffice. */
export class LabelLayer {
  readonly levels: number;
  readonly #cache: TextureCache;
  #wide: boolean;
  #buffer: Uint16Array | Uint32Array;

  constructor(
    readonly gl: WebGL2RenderingContext,
    readonly map: LabelMap,
  ) {
    this.levels = levelCount(map);
    this.#cache = new TextureCache(gl, LIMIT);
    this.#wide = map.highest > 0xffff;
    this.#buffer = this.#newBuffer();
  }

  /** The tile's labels, or those of a coarser tile where this frame's time is up; `deadline` is a time of performance.now. */
  find(tile: TileName, deadline: number): Found & { complete: boolean } {
    const chain = ancestors(tile, this.levels);
    for (const [i, candidate] of chain.entries()) {
      const known = this.#cache.get(tileKey(candidate));
      if (known) return { tile: candidate, texture: known, complete: i === 0 };
      if (performance.now() < deadline || i === chain.length - 1) return { tile: candidate, texture: this.#upload(candidate), complete: i === 0 };
    }
    throw new RangeError('a tile belongs to a level of the picture');
  }

  /** Shows changed pixels. */
  update(box: Box): void {
    if (!this.#wide && this.map.highest > 0xffff) return this.#widen();
    const { gl } = this;
    for (const key of this.#cache.keys()) {
      const [level, column, row] = key.split('/').map(Number) as [number, number, number];
      const part = touchedTexels({ level, column, row }, box);
      if (part === undefined) continue;
      fillLabelTile(this.#buffer, this.map, { level, column, row }, part);
      gl.bindTexture(gl.TEXTURE_2D, this.#cache.peek(key)!);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, this.#wide ? 4 : 2);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, part.x, part.y, part.width, part.height, gl.RED_INTEGER, this.#type, this.#buffer);
    }
  }

  drop(): void {
    this.#cache.clear();
  }

  static deadline(): number {
    return performance.now() + BUDGET;
  }

  #upload(tile: TileName): WebGLTexture {
    const { gl } = this;
    fillLabelTile(this.#buffer, this.map, tile);
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, this.#wide ? gl.R32UI : gl.R16UI, LABEL_SIDE, LABEL_SIDE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, this.#wide ? 4 : 2);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, WHOLE.width, WHOLE.height, gl.RED_INTEGER, this.#type, this.#buffer);
    this.#cache.put(tileKey(tile), texture, tile.level === this.levels - 1);
    return texture;
  }

  #widen(): void {
    this.#wide = true;
    this.#buffer = this.#newBuffer();
    this.#cache.clear();
  }

  get #type(): number {
    return this.#wide ? this.gl.UNSIGNED_INT : this.gl.UNSIGNED_SHORT;
  }

  #newBuffer(): Uint16Array | Uint32Array {
    return this.#wide ? new Uint32Array(LABEL_SIDE ** 2) : new Uint16Array(LABEL_SIDE ** 2);
  }
}
