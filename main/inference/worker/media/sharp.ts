/** sharp without the memory of its earlier pictures, whose files it would keep open: on Windows nobody could then delete or rename them. */
import sharp from 'sharp';

sharp.cache(false);

export default sharp;
export type { Metadata, Sharp } from 'sharp';
