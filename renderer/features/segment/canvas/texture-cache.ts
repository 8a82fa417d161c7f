/** Textures by name; the least recently used go first when there are more than `limit`. */
export class TextureCache {
  readonly #textures = new Map<string, { texture: WebGLTexture; kept: boolean }>();

  constructor(
    readonly gl: WebGL2RenderingContext,
    readonly limit: number,
  ) {}

  get(key: string): WebGLTexture | undefined {
    const entry = this.#textures.get(key);
    if (entry === undefined) return undefined;
    this.#textures.delete(key);
    this.#textures.set(key, entry); // newest last
    return entry.texture;
  }

  /** `kept`: never dropped before `clear`. */
  put(key: string, texture: WebGLTexture, kept: boolean): void {
    const old = this.#textures.get(key);
    if (old) this.gl.deleteTexture(old.texture);
    this.#textures.set(key, { texture, kept });
    for (const [name, entry] of this.#textures) {
      if (this.#textures.size <= this.limit) return;
      if (entry.kept || name === key) continue;
      this.gl.deleteTexture(entry.texture);
      this.#textures.delete(name);
    }
  }

  keys(): string[] {
    return [...this.#textures.keys()];
  }

  peek(key: string): WebGLTexture | undefined {
    return this.#textures.get(key)?.texture;
  }

  clear(): void {
    for (const { texture } of this.#textures.values()) this.gl.deleteTexture(texture);
    this.#textures.clear();
  }
}
