import type { DeskJob } from '../../../../main/contract/desk';
import type { OpenedFile } from '../../../../main/contract/media';
import type { Sessions } from '../session/sessions';

/** Whether removing a row deletes what exists nowhere else: edits, or a recording made here, which main/desk/recording-file.ts names by its time. */
export function isIrreplaceable(sessions: Sessions, { file, job }: { file: OpenedFile; job: DeskJob | null }): boolean {
  return job !== null && (sessions.hasEdits(job) || (file.path === '' && /^Recording \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d/.test(file.name)));
}
