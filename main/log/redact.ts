/**
 * Takes out of a text what says who and what: paths, file names, the user's name, transcripts. It rather takes out too much: nobody misses
 * a word of a diagnostics report, and nobody gets one back.
 */

const SUFFIXES =
  'png|jpe?g|webp|tiff?|gif|avif|bmp|heic|wav|mp3|flac|ogg|opus|oga|m4a|mp4|mov|aac|webm|mkv|mka|aiff?|caf|wma|safetensors|pth|pt|pkl|ckpt|bin|onnx|json|jsonl|csv|tsv|txt|srt|vtt|docx|svg|geojson|zip|log|tmp|npz|i8';

/** Begins of absolute and relative paths. Names may hold blanks, so one goes on to the last suffix of its line, or to the line's end. */
const PATH_START = /(?:file:\/\/|[A-Za-z]:[\\/]|\\\\|~[\\/]|\.{1,2}[\\/]|(?<!\w)\/(?=[^\s/]))/;
const LAST_SUFFIX = new RegExp(`^.*\\.(?:${SUFFIXES})(?![\\w.-]*\\w)`, 'iu');
const FILE_NAME = new RegExp(`[^\\s"'<>|:*?]*\\.(?:${SUFFIXES})(?!\\w)`, 'giu');
/** Messages quote what came from a file or the user. */
const QUOTED = /"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`|(?<!\w)'[^']*'(?!\w)/gu;
const ADDRESS = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?:\/\/\S+/giu;

/** `secrets`: exact texts such as names of open files and words of transcripts, in any case. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => redactLine(line, secrets))
    .join('\n');
}

function redactLine(line: string, secrets: Iterable<string>): string {
  const withoutPaths = redactPath(line.replace(ADDRESS, '<address>').replace(QUOTED, '<text>'));
  return replaceSecrets(withoutPaths, secrets).replace(FILE_NAME, '<file>');
}

function redactPath(line: string): string {
  const start = line.search(PATH_START);
  if (start < 0) return line;
  const rest = line.slice(start);
  const named = LAST_SUFFIX.exec(rest)?.[0];
  const tail = named === undefined || /[\\/]/.test(rest.slice(named.length)) ? '' : rest.slice(named.length);
  return `${line.slice(0, start)}<path>${tail}`;
}

/** Longest first, so that a name goes before a part of it. Short ones only as whole words: a user called "io" must not eat "radio". */
function replaceSecrets(line: string, secrets: Iterable<string>): string {
  let clean = line.normalize('NFC');
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    const exact = escape(secret.normalize('NFC'));
    const pattern = secret.length < 5 ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact;
    clean = clean.replace(new RegExp(pattern, 'giu'), '<private>');
  }
  return clean;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
