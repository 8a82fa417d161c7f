import type { DeskJob } from '../../../../main/contract/desk';
import type { OpenedFile } from '../../../../main/contract/media';

/** Whether removing a row deletes what exists nowhere else: edits, or a recording made here, which main/desk/recording-file.ts names by its time. */
export function isIrreplaceable({ file, job }: { file: OpenedFile; job: DeskJob | null }): boolean {
  return job !== null && (job.edited || (file.path === '' && /^Recording \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d/.test(file.name)));
}
