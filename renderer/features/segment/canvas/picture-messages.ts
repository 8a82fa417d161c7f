export type ToPictureWorker = { type: 'open'; blob: Blob } | { type: 'tile'; level: number; column: number; row: number };

export type FromPictureWorker =
  | { type: 'opened'; width: number; height: number }
  | { type: 'tile'; level: number; column: number; row: number; bitmap: ImageBitmap }
  | { type: 'failed'; message: string };
