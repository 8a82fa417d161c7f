/**
 * Takes out of a text what says who and what: paths, file names, the user's name, transcripts. It rather takes out too much: nobody misses
 * a word of a diagnostics report, and nobody gets one back.
 */
import { Secrets } from './secrets';

const SUFFIXES =
  'png|jpe?g|webp|tiff?|gif|avif|bmp|heic|wav|mp3|flac|ogg|opus|oga|m4a|mp4|mov|aac|webm|mkv|mka|aiff?|caf|wma|safetensors|pth|pt|pkl|ckpt|bin|onnx|json|jsonl|csv|tsv|txt|srt|vtt|docx|svg|geojson|zip|log|tmp|npz|i8';

/** Begins of absolute and relative paths. Names may hold blanks, so one goes on to the last suffix of its line, or to the line's end. */
const PATH_START = /(?:file:\/\/|[A-Za-z]:[\\/]|\\\\|~[\\/]|\.{1,2}[\\/]|(?<!\w)\/(?=[^\s/]))/;
const LAST_SUFFIX = new RegExp(`^.*\\.(?:${SUFFIXES})(?![\\w.-]*\\w)`, 'iu');
const FILE_NAME = new RegExp(`[^\\s"'<>|:*?]*\\.(?:${SUFFIXES})(?!\\w)`, 'giu');
/** Messages quote what came from a file or the user. */
const QUOTED = /"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`|(?<!\w)'[^']*'(?!\w)/gu;
const ADDRESS = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?:\/\/\S+/giu;

/** `secrets` knows exact texts such as names of open files and words of transcripts. */
export function redact(text: string, secrets = new Secrets()): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => redactLine(line, secrets))
    .join('\n');
}

const LONGEST_LINE = 2000; // characters; what the patterns cost grows with the square

function redactLine(line: string, secrets: Secrets): string {
  const withoutPaths = redactPath(line.slice(0, LONGEST_LINE).replace(ADDRESS, '<address>').replace(QUOTED, '<text>'));
  return secrets.hideIn(withoutPaths).replace(FILE_NAME, '<file>');
}

function redactPath(line: string): string {
  const start = line.search(PATH_START);
  if (start < 0) return line;
  const rest = line.slice(start);
  const named = LAST_SUFFIX.exec(rest)?.[0];
  const tail = named === undefined || /[\\/]/.test(rest.slice(named.length)) ? '' : rest.slice(named.length);
  return `${line.slice(0, start)}<path>${tail}`;
}
