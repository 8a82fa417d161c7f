/** Which of a batch's tasks a file is for. */
import type { BatchSpec, BatchTask } from '../../contract/batch';
import { AppError } from '../../contract/errors';
import { INPUT_KINDS, MEDIA_KINDS, type MediaKind, type Task } from '../../contract/formats';

export type TaskName = Pick<BatchTask, 'task'>;

const NAMES: Record<MediaKind, string> = { image: 'pictures', audio: 'recordings' };

/** Throws AppError BAD_USAGE where two tasks would take the same files. */
export function checkTasks(tasks: readonly TaskName[]): void {
  for (const kind of MEDIA_KINDS) {
    const takers = tasks.map(({ task }) => task).filter((task) => INPUT_KINDS[task].includes(kind));
    if (takers.length > 1) throw new AppError('BAD_USAGE', `${takers.join(' and ')} both take ${NAMES[kind]}`, 'A batch has one task for pictures and one for recordings; make a batch of its own for each further one.');
  }
}

/** `task` as the plan has it: without one, the first. */
export function taskOf({ tasks }: Pick<BatchSpec, 'tasks'>, { task }: { task?: Task | undefined }): BatchTask {
  return tasks.find((one) => one.task === task) ?? tasks[0]!;
}

/** Undefined where none takes files of the kind. */
export function taskForKind(tasks: readonly TaskName[], kind: MediaKind): TaskName | undefined {
  return tasks.find(({ task }) => INPUT_KINDS[task].includes(kind));
}
