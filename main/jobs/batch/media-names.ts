import { FORMAT_SUFFIXES, TASKS, type MediaKind } from '../../contract/formats';

const pictures = ['png', 'jpg', 'jpeg', 'jpe', 'tif', 'tiff', 'webp', 'gif', 'avif', 'bmp', 'heic'];
const recordings = ['wav', 'mp3', 'flac', 'ogg', 'oga', 'opus', 'm4a', 'm4b', 'aac', 'mp4', 'm4v', 'mov', '3gp', 'webm', 'mkv', 'mka', 'aif', 'aiff', 'wma', 'amr'];

/** What is common beside pictures and recordings and holds neither, and what is not whole yet: not worth opening. */
const others = new Set([
  ...['txt', 'md', 'rtf', 'pdf', 'doc', 'docx', 'odt', 'xls', 'xlsx', 'ods', 'ppt', 'pptx', 'csv', 'tsv', 'srt', 'vtt', 'ass', 'lrc', 'cue', 'm3u', 'xmp', 'svg', 'psd'],
  ...['json', 'jsonl', 'geojson', 'xml', 'html', 'htm', 'css', 'js', 'mjs', 'ts', 'py', 'c', 'h', 'cc', 'cpp', 'java', 'rs', 'go', 'sh', 'ini', 'toml', 'yml', 'yaml', 'log', 'lock', 'db', 'sqlite'],
  ...['zip', 'gz', 'bz2', 'xz', 'zst', '7z', 'rar', 'tar', 'iso', 'exe', 'dll', 'so', 'o', 'a', 'pyc', 'safetensors', 'pt', 'pth', 'onnx', 'npy', 'npz', 'h5'],
  ...['tmp', 'part', 'partial', 'crdownload', 'download', 'swp', 'bak'],
]);

/** Some of these no reader knows: the item then says so, where leaving it out would say nothing. */
const KIND_OF = new Map<string, MediaKind>([...pictures.map((name) => [name, 'image'] as const), ...recordings.map((name) => [name, 'audio'] as const)]);

/** `.labels.png`, `.enhanced.wav`, ...: the suffixes that say more than a plain extension, and so mark a file that we wrote. */
const ownSuffixes = TASKS.flatMap((task) => Object.values(FORMAT_SUFFIXES[task]).flat()).filter((suffix) => suffix.lastIndexOf('.') > 0);

/** What a file found in a folder holds, as far as its name tells; null: no input, as our own results are none; undefined where its content has to tell. */
export function kindByName(name: string): MediaKind | null | undefined {
  const lower = name.toLowerCase();
  if (ownSuffixes.some((suffix) => lower.endsWith(suffix))) return null;
  const extension = lower.slice(lower.lastIndexOf('.') + 1);
  const kind = extension === lower ? undefined : KIND_OF.get(extension);
  return kind ?? (others.has(extension) ? null : undefined);
}
