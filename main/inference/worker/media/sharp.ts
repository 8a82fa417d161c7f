/** sharp without the memory of its earlier pictures, whose files it would keep open: on Windows nobody could then delete or rename them. */
import { createRequire } from 'node:module';
import type Sharp from 'sharp';

/** Not imported: Node would first search sharp's CommonJS for names that it exports, which takes as long as all else about its loading. */
const sharp = createRequire(import.meta.url)('sharp') as typeof Sharp;

sharp.cache(false);

export default sharp;
export type { Metadata, Sharp } from 'sharp';
