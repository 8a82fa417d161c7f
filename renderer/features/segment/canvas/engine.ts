/** Draws the picture and its labels, when something has changed and not otherwise. */
import type { Box } from '../../../../models/tasks/segment/measure';
import type { LabelMap } from '../edit/label-map';
import { LabelLayer } from './label-layer';
import { APRON } from './label-tile';
import { PALETTE_WIDTH } from './palette';
import type { Picture } from './picture';
import { PictureLayer } from './picture-layer';
import { buildProgram, type Program } from './program';
import { PICTURE_APRON, TILE, tileBox } from './tiles';
import type { Size, View } from './view';

export interface Scene {
  view: View;
  fill: number; // opacity of the tint, 0 to 1
  rim: number; // of outlines
  hovered: number; // label, 0: none
  split: number | null; // canvas pixels from the left: the picture as it was on this side; null: nowhere
  ground: readonly [number, number, number]; // around the picture, 0 to 1
}

const OUTLINE = 1.25; // CSS pixels
const COARSE = 0.5; // share of the canvas's pixels a side that are drawn while the view moves, where the processor draws
const STILL_MS = 140; // without a move, until all are drawn
const NEAREST_FROM = 2; // canvas pixels a picture pixel

export class Engine {
  readonly #gl: WebGL2RenderingContext;
  #program: Program | undefined;
  #samplers: { smooth: WebGLSampler; sharp: WebGLSampler } | undefined;
  #palette: WebGLTexture | undefined;
  #paletteBytes: Uint8Array = new Uint8Array(4 * PALETTE_WIDTH);
  #before: PictureLayer | undefined;
  #after: PictureLayer | undefined;
  #labels: LabelLayer | undefined;
  #sources: { picture: Picture; enlarged: Picture | null; map: LabelMap | null } | undefined;
  #frame = 0;
  #scene: Scene | undefined;
  #size: Size;
  readonly #software: boolean;
  #moving: ReturnType<typeof setTimeout> | undefined;
  /** Called once the picture that is shown has been drawn for the first time. */
  onDrawn: () => void = () => undefined;
  #drawn = false;

  /** Throws an Error where there is no WebGL 2. */
  constructor(readonly canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false, powerPreference: 'high-performance' });
    if (gl === null) throw new Error('WebGL 2 was expected, the browser has none');
    this.#gl = gl;
    this.#size = { width: canvas.width, height: canvas.height };
    this.#software = isSoftware(gl);
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
    this.#build();
  }

  show(picture: Picture, map: LabelMap | null, enlarged: Picture | null): void {
    const old = this.#sources;
    this.#sources = { picture, map, enlarged };
    if (old?.picture !== picture) {
      this.#drawn = false;
      this.#before?.drop();
      this.#before = new PictureLayer(this.#gl, picture, 1, this.redraw);
    }
    if (old?.enlarged !== enlarged || old?.picture !== picture) {
      this.#after?.drop();
      this.#after = enlarged ? new PictureLayer(this.#gl, enlarged, enlarged.width / picture.width, this.redraw) : undefined;
    }
    if (old?.map !== map) {
      this.#labels?.drop();
      this.#labels = map ? new LabelLayer(this.#gl, map) : undefined;
    }
    this.redraw();
  }

  /** Nothing is shown until the next `show`. */
  hide(): void {
    for (const layer of [this.#before, this.#after, this.#labels]) layer?.drop();
    [this.#before, this.#after, this.#labels, this.#sources] = [undefined, undefined, undefined, undefined];
    this.redraw();
  }

  set scene(scene: Scene) {
    if (this.#software && this.#drawn && this.#scene && this.#scene.view !== scene.view) this.#move();
    this.#scene = scene;
    this.redraw();
  }

  set palette(bytes: Uint8Array) {
    this.#paletteBytes = bytes;
    this.#uploadPalette();
    this.redraw();
  }

  /** Pixels of the label map have changed. */
  update(box: Box): void {
    this.#labels?.update(box);
    this.redraw();
  }

  resize(size: Size): void {
    if (this.#size.width === size.width && this.#size.height === size.height) return;
    this.#size = size;
    this.#draw(); // in the same frame: a canvas is empty after a change of its size
  }

  readonly redraw = (): void => {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  };

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#moving);
    this.canvas.removeEventListener('webglcontextlost', this.#lost);
    this.canvas.removeEventListener('webglcontextrestored', this.#restored);
    for (const layer of [this.#before, this.#after, this.#labels]) layer?.drop();
    this.#gl.deleteProgram(this.#program?.program ?? null);
    this.#gl.deleteTexture(this.#palette ?? null);
  }

  #draw(): void {
    this.#frame = 0;
    const [gl, scene] = [this.#gl, this.#scene];
    if (scene === undefined || this.#program === undefined || gl.isContextLost()) return;
    const share = this.#moving === undefined ? 1 : COARSE;
    const [width, height] = [Math.ceil(this.#size.width * share), Math.ceil(this.#size.height * share)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(...scene.ground, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.#before === undefined) return;
    const { at, program } = this.#program;
    gl.useProgram(program);
    gl.uniform2f(at.canvas, this.#size.width, this.#size.height);
    gl.uniform1i(at.picture, 0);
    gl.uniform1i(at.labels, 1);
    gl.uniform1i(at.palette, 2);
    gl.uniform1i(at.apron, APRON);
    gl.uniform1f(at.fill, scene.fill);
    gl.uniform1f(at.rim, scene.rim);
    gl.uniform1f(at.width, Math.max(OUTLINE * devicePixelRatio, 1 / share) / scene.view.scale);
    gl.uniform1ui(at.hovered, scene.hovered);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.#palette ?? null);
    gl.activeTexture(gl.TEXTURE0); // new tiles are uploaded there
    const split = scene.split === null ? 0 : Math.round(scene.split * share);
    gl.enable(gl.SCISSOR_TEST);
    if (split > 0) {
      gl.scissor(0, 0, split, height);
      this.#drawLayer(this.#before, false);
    }
    gl.scissor(split, 0, Math.max(0, width - split), height);
    const drawn = this.#drawLayer(this.#after ?? this.#before, this.#after === undefined);
    if (drawn && !this.#drawn) {
      this.#drawn = true;
      this.onDrawn();
    }
  }

  #move(): void {
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      this.#moving = undefined;
      this.redraw();
    }, STILL_MS);
  }

  /** Whether there was anything to draw. */
  #drawLayer(layer: PictureLayer, labelled: boolean): boolean {
    const gl = this.#gl;
    const { at } = this.#program!;
    const { view } = this.#scene!;
    const own: View = { x: view.x * layer.zoom, y: view.y * layer.zoom, scale: view.scale / layer.zoom };
    const labels = labelled ? this.#labels : undefined;
    const deadline = LabelLayer.deadline();
    let complete = true;
    gl.bindSampler(0, own.scale >= NEAREST_FROM ? this.#samplers!.sharp : this.#samplers!.smooth);
    gl.uniform3f(at.view, own.x, own.y, own.scale);
    const visible = layer.visible(own, this.#size);
    for (const { tile, found } of visible) {
      const box = tileBox(tile, layer.picture);
      const texel = 2 ** found.tile.level;
      gl.uniform4f(at.area, box.x, box.y, box.width, box.height);
      gl.uniform4f(at.pictureTile, found.tile.column * TILE * texel, found.tile.row * TILE * texel, texel, TILE + 2 * PICTURE_APRON);
      gl.uniform4f(at.pictureLimit, ...layer.limits(found.tile));
      const shown = labels?.find(tile, deadline);
      complete &&= shown?.complete ?? true;
      const step = shown ? 2 ** shown.tile.level : 0;
      gl.uniform3f(at.labelTile, shown ? shown.tile.column * TILE * step : 0, shown ? shown.tile.row * TILE * step : 0, step);
      gl.activeTexture(gl.TEXTURE1);
      gl.bindTexture(gl.TEXTURE_2D, shown?.texture ?? null);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, found.texture);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    if (!complete) this.redraw();
    return visible.length > 0;
  }

  #build(): void {
    const gl = this.#gl;
    this.#program = buildProgram(gl);
    const sampler = (filter: number) => {
      const made = gl.createSampler();
      gl.samplerParameteri(made, gl.TEXTURE_MIN_FILTER, filter);
      gl.samplerParameteri(made, gl.TEXTURE_MAG_FILTER, filter);
      gl.samplerParameteri(made, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.samplerParameteri(made, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      return made;
    };
    this.#samplers = { smooth: sampler(gl.LINEAR), sharp: sampler(gl.NEAREST) };
    gl.bindVertexArray(gl.createVertexArray());
    this.#palette = undefined;
    this.#uploadPalette();
  }

  #uploadPalette(): void {
    const gl = this.#gl;
    gl.deleteTexture(this.#palette ?? null);
    this.#palette = gl.createTexture();
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, this.#palette);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, PALETTE_WIDTH, this.#paletteBytes.length / 4 / PALETTE_WIDTH, 0, gl.RGBA, gl.UNSIGNED_BYTE, this.#paletteBytes);
    gl.activeTexture(gl.TEXTURE0);
  }

  readonly #lost = (event: Event): void => {
    event.preventDefault(); // asks for it back
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#program = undefined;
  };

  readonly #restored = (): void => {
    const sources = this.#sources;
    [this.#before, this.#after, this.#labels, this.#sources] = [undefined, undefined, undefined, undefined];
    this.#build();
    if (sources) this.show(sources.picture, sources.map, sources.enlarged);
  };
}

/** Whether the processor draws, not a graphics card. */
function isSoftware(gl: WebGL2RenderingContext): boolean {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return names !== null && /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)));
}
