/**
 * Big things travel by reference: paths under the window's own origin (`app://studio/` in Electron, `http://127.0.0.1:port/` in serve), answered by one function of
 * Request to Response (main/ipc/resources). All of them need the session (Electron: the window; serve: the cookie).
 *
 * | method, path | body |
 * |---|---|
 * | POST /upload?name= | any bytes, streamed -> OpenResult as JSON |
 * | GET /media/<file> | the file as it is, ranges allowed |
 * | GET /sound/<file> | WAV, 16 kHz mono, for what the browser cannot play |
 * | GET /thumbnail/<file> | WebP, at most 320 pixels |
 * | GET /picture/<file> | what the canvas shows: upright, 8-bit sRGB (dark and 16-bit ones stretched) |
 * | GET /waveform/<file> | Int8 pairs (lowest, highest) of 1/100 second each |
 * | GET /spectrogram/<file>/<tile> | 8-bit grey PNG, 128 mel bands high (low ones at the bottom), a column a 1/50 second, SPECTROGRAM_TILE_SECONDS long |
 * | GET /result/<job>/regions | label map and instances, see models/tasks/segment/regions.ts |
 * | GET /result/<job>/transcript | Transcript as JSON |
 * | GET /result/<job>/sound | enhance: WAV |
 * | GET /result/<job>/speaker1, speaker2 | separate: WAV |
 * | GET /result/<job>/picture | upscale: PNG |
 * | GET /result/<job>/classes | classify: JSON, see models/tasks/classify/written.ts |
 * | GET, PUT, DELETE /result/<job>/edit | the window's own saved edit of a result, any bytes; 404 without one |
 * | GET /output/<batch>/<item>/<number> | a file that a batch has written, to be saved; items and their outputs count from 0 |
 * | POST /live/<session> | Float32 little-endian, 16 kHz mono -> 204 |
 *
 * An error is an ErrorReport as JSON with a status of 400 and more.
 */
import type { BatchInfo } from './batch';
import type { DeskJob } from './desk';
import type { OpenedFile } from './media';

export const SPECTROGRAM_TILE_SECONDS = 30;
export const SPECTROGRAM_BANDS = 128;
export const SPECTROGRAM_COLUMNS_PER_SECOND = 50;
export const PEAKS_PER_SECOND = 100;

/** Files of a result. */
export const RESULT_PARTS = ['regions', 'transcript', 'sound', 'speaker1', 'speaker2', 'picture', 'classes'] as const;
export type ResultPart = (typeof RESULT_PARTS)[number];

type BatchId = BatchInfo['id'];
type FileId = OpenedFile['id'];
type JobId = DeskJob['id'];

export const resource = {
  upload: (name: string) => `/upload?name=${encodeURIComponent(name)}`,
  media: (file: FileId) => `/media/${file}`,
  sound: (file: FileId) => `/sound/${file}`,
  thumbnail: (file: FileId) => `/thumbnail/${file}`,
  picture: (file: FileId) => `/picture/${file}`,
  waveform: (file: FileId) => `/waveform/${file}`,
  spectrogram: (file: FileId, tile: number) => `/spectrogram/${file}/${tile}`,
  result: (job: JobId, part: ResultPart | 'edit') => `/result/${job}/${part}`,
  output: (batch: BatchId, item: number, output: number) => `/output/${batch}/${item}/${output}`,
  live: (session: string) => `/live/${session}`,
};
