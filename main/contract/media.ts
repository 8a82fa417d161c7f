/** Files that the user opened. The window names them by `id` and never by path, so nothing else of the disk can be asked for. */
import { z } from 'zod';
import { errorReport } from './job';

/** Of the files of a kind, as dialogs offer them and where their content does not tell. */
export const SUFFIXES = {
  image: ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif', 'avif'],
  audio: ['wav', 'mp3', 'flac', 'ogg', 'oga', 'opus', 'm4a', 'mp4', 'mov', 'aac', 'webm', 'mkv', 'mka'],
  model: ['safetensors', 'pth', 'pt', 'pkl', 'ckpt', 'bin', 'tar', 'zip'], // .pth.tar is what some scripts call a .pth
};

export const FILE_KINDS = ['image', 'audio', 'model'] as const;

export const openedFile = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  name: z.string(),
  kind: z.enum(FILE_KINDS),
  bytes: z.int().min(0),
  path: z.string(), // to show; '' for what was uploaded, pasted or recorded
});
export type OpenedFile = z.infer<typeof openedFile>;

/** What opening some paths or an upload gave: one bad file never hides the others. */
export const openResult = z.object({ files: z.array(openedFile), rejected: z.array(z.object({ name: z.string(), error: errorReport })) });
export type OpenResult = z.infer<typeof openResult>;

/** What the headers say. */
export const fileFacts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), width: z.int(), height: z.int(), channels: z.int(), bitDepth: z.int(), pages: z.int().optional() }), // upright; pages, of which the first is read, where there are several
  z.object({ kind: z.literal('audio'), seconds: z.number().nullable() }), // null: only decoding tells
  z.object({ kind: z.literal('model') }),
]);
export type FileFacts = z.infer<typeof fileFacts>;

/** An entry of a folder that the user may choose from, where there is no system dialog (serve). */
export const folderEntry = z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', ...FILE_KINDS]) });
export type FolderEntry = z.infer<typeof folderEntry>;
