import { FORMAT_SUFFIXES, TASKS, type Task } from '../../contract/formats';

const pictures = ['png', 'jpg', 'jpeg', 'jpe', 'tif', 'tiff', 'webp', 'gif', 'avif', 'bmp', 'heic'];
const recordings = ['wav', 'mp3', 'flac', 'ogg', 'oga', 'opus', 'm4a', 'm4b', 'aac', 'mp4', 'm4v', 'mov', '3gp', 'webm', 'mkv', 'mka', 'aif', 'aiff', 'wma', 'amr'];

/** What a folder is searched for. Some of these no reader knows: the item then says so, where leaving it out would say nothing. */
const EXTENSIONS: Record<Task, ReadonlySet<string>> = {
  segment: new Set(pictures),
  transcribe: new Set(recordings),
  enhance: new Set(recordings),
  upscale: new Set(pictures),
  classify: new Set([...pictures, ...recordings]),
};

/** `.labels.png`, `.enhanced.wav`, ...: the suffixes that say more than a plain extension, and so mark a file that we wrote. */
const ownSuffixes = TASKS.flatMap((task) => Object.values(FORMAT_SUFFIXES[task])).filter((suffix) => suffix.lastIndexOf('.') > 0);

/** Whether a file found in a folder may be an input of the task, by its name: the content is looked at when its turn comes. Our own results are none. */
export function isInputName(task: Task, name: string): boolean {
  const lower = name.toLowerCase();
  const extension = lower.slice(lower.lastIndexOf('.') + 1);
  return extension !== lower && EXTENSIONS[task].has(extension) && !ownSuffixes.some((suffix) => lower.endsWith(suffix));
}
