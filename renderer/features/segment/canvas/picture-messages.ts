export type ToPictureWorker = { type: 'open'; blob: Blob } | { type: 'tile'; level: number; column: number; row: number };

export type FromPictureWorker =
  | { type: 'opened'; width: number; height: number }
  | { type: 'tile'; level: number; column: number; row: number; bitmap: ImageBitmap }
  | { type: 'missed'; level: number; column: number; row: number } // a tile that could not be cut, for want of memory
  | { type: 'failed'; message: string };
