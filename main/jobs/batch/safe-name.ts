import { AppError } from '../../contract/errors';

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i; // Windows takes them for devices, with any suffix
const NOT_IN_NAMES = /[<>:"|?*\\\p{Cc}]/u; // on Windows
const NAME_BYTES = 255; // of ext4, APFS and NTFS (there: UTF-16 units)
const PATH_BYTES = 4000;

/** Rejects a name that some system could not hold: for what a user writes, so that a template works everywhere. */
export function checkPortable(segment: string): void {
  if (NOT_IN_NAMES.test(segment)) throw refused(`"${segment}" has a character that file names may not have on every system: < > : " | ? * \\ or a control character`);
  if (RESERVED.test(segment)) throw refused(`"${segment}" is the name of a device on Windows`);
  if (/[. ]$/.test(segment)) throw refused(`"${segment}" ends in a dot or a space, which Windows drops`);
}

/** Rejects a relative path that would leave its folder, or that this system cannot hold. `longestSuffix`: characters that are still added to the name. */
export function checkRelative(relative: string, folder: string, longestSuffix: number, platform: NodeJS.Platform = process.platform): void {
  const segments = relative.split('/');
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..' || segment.includes('\0')) throw refused(`"${relative}" is not a path below the output folder`);
    if (platform === 'win32') checkPortable(segment);
  }
  const name = segments.at(-1)!;
  if (Buffer.byteLength(name) + longestSuffix > NAME_BYTES || segments.some((segment) => Buffer.byteLength(segment) > NAME_BYTES)) {
    throw refused(`"${name}" with its suffix is longer than the ${NAME_BYTES} bytes that a file name may have`);
  }
  if (Buffer.byteLength(folder) + Buffer.byteLength(relative) + longestSuffix > PATH_BYTES) throw refused(`"${relative}" makes a path of more than ${PATH_BYTES} bytes`);
}

export function refused(message: string): AppError {
  return new AppError('BAD_USAGE', message, 'Change the template for output names, or rename the input.');
}
