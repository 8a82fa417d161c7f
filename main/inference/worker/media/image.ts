import sharp, { type Metadata, type Sharp } from './sharp';
import { AppError } from '../../../contract/errors';
import type { Raster } from '../../../../models/tasks/segment/raster';
import { flattenOnWhite } from './flatten';
import { sniff } from '../../../fs/signature';

/** Upright, without alpha; see `Raster`. */
export type DecodedImage = Raster;

/** 20,000 x 20,000 and a little: about what a 16 GB machine can hold with all its maps. */
const PIXEL_LIMIT = 2 ** 29;

export interface OpenOptions {
  pixelLimit?: number;
  within?: number; // pixels: made smaller, if need be, so that no side is longer
}

/**
 * Decodes PNG, JPEG, WebP, TIFF, GIF and AVIF (the first picture of several): EXIF orientation applied, transparent parts on white, CMYK as sRGB;
 * 16-bit samples and single grey channels are kept.
 * Throws AppError: EMPTY_FILE, UNKNOWN_FORMAT, WRONG_TASK (a recording), TOO_LARGE, BAD_MEDIA (damaged or cut off).
 */
export async function openImage(bytes: Uint8Array, { pixelLimit = PIXEL_LIMIT, within }: OpenOptions = {}): Promise<DecodedImage> {
  const format = imageFormat(bytes);
  try {
    const source = sharp(bytes, { failOn: 'error', limitInputPixels: false });
    const metadata = await source.metadata();
    checkSize(metadata, pixelLimit);
    if (within !== undefined) source.resize(within, within, { fit: 'inside', withoutEnlargement: true });
    return await decode(source, metadata);
  } catch (error) {
    throw damagedImage(format, error);
  }
}

/** What sharp throws at a broken picture, with a code; an AppError stays as it is. */
export function damagedImage(format: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message.trim().split('\n')[0] : String(error);
  return new AppError('BAD_MEDIA', `a whole ${format} picture was expected, but it cannot be read to its end (${reason})`, 'The file is damaged or cut off: copy or export it again.');
}

/** The name of a readable format by the first bytes. Throws EMPTY_FILE, UNKNOWN_FORMAT, WRONG_TASK. */
export function imageFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new AppError('EMPTY_FILE', 'a picture was expected, the file has no content', 'Copy or export it again.');
  const found = sniff(bytes);
  if (found?.kind === 'image') return found.name;
  if (found?.kind === 'audio') {
    throw new AppError('WRONG_TASK', `a picture was expected, this is a recording or video (${found.name})`, 'Use "transcribe" for it.');
  }
  const what = found ? `this is ${found.name}` : 'the content is of no known format';
  throw new AppError('UNKNOWN_FORMAT', `a picture was expected, ${what}`, 'Convert it to PNG, JPEG, WebP, TIFF, GIF or AVIF.');
}

function checkSize({ width, height }: Metadata, limit: number): void {
  if (width * height <= limit) return;
  throw new AppError('TOO_LARGE', `at most ${megapixels(limit)} megapixels were expected, ${width} x ${height} (${megapixels(width * height)}) came`, 'Cut the picture into parts, or make it smaller.');
}

function megapixels(pixels: number): string {
  return (pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0);
}

/** How the samples of a picture are kept. Throws UNKNOWN_FORMAT for other than 8 and 16 bits. */
export function samplesOf({ space, depth }: Metadata): { channels: 1 | 3; bitDepth: 8 | 16 } {
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new AppError('UNKNOWN_FORMAT', `samples of 8 or 16 bits were expected, ${depth} came`, 'Convert the picture to 16 bits a sample.');
  }
  return { channels: space === 'b-w' || space === 'grey16' ? 1 : 3, bitDepth: depth === 'ushort' ? 16 : 8 };
}

async function decode(source: Sharp, metadata: Metadata): Promise<DecodedImage> {
  const { channels, bitDepth } = samplesOf(metadata);
  const wide = bitDepth === 16;
  const { data, info } = await source
    .autoOrient()
    .toColourspace(channels === 1 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb')
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const samples = wide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return {
    width: info.width,
    height: info.height,
    channels,
    data: info.channels > channels ? flattenOnWhite(samples, channels, info.channels) : samples,
    bitDepth,
  };
}
