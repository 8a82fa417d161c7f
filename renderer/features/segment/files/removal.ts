/** Pictures taken from the list: hidden at once, and really closed when the notice with "undo" has gone. */
import { createStore } from 'zustand/vanilla';
import type { Studio } from '../../../stores/studio';
import { notify } from '../../../stores/notices';
import { begun } from './begun';

const GRACE = 6500; // ms, a little longer than a notice stays

export const removed = createStore<{ ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }));

/** `next` is shown then. Errors of the desk are said by `failed`. */
export function removePictures(studio: Studio, files: readonly string[], next: string | null, words: { message: string; undo: string }, failed: (error: unknown) => void): void {
  const { files: fileStore, jobs } = studio;
  const show = (ids: readonly string[]) => removed.setState((state) => ({ ids: new Set([...state.ids].filter((id) => !ids.includes(id))) }));
  const select = (id: string | null) => fileStore.setState(({ selected }) => ({ selected: { ...selected, image: id } }));
  const before = fileStore.getState().selected.image;
  removed.setState((state) => ({ ids: new Set([...state.ids, ...files]) }));
  select(next);

  let left: readonly string[] = files;
  const keep = (ids: readonly string[]) => {
    left = left.filter((id) => !ids.includes(id));
    show(ids);
  };
  const stop = fileStore.subscribe(({ selected: { image } }) => {
    if (image !== null && left.includes(image)) keep([image]); // it was opened anew
  });
  const timer = setTimeout(() => {
    stop();
    const gone = Object.values(jobs.getState().jobs).filter(({ file, task }) => left.includes(file.id) && (task === 'segment' || task === 'upscale'));
    void Promise.all(gone.map(({ id }) => jobs.getState().remove(id)))
      .catch(failed)
      .finally(() => {
        for (const id of left) {
          fileStore.getState().close(id);
          begun.delete(id); // opened again, it is a new one
        }
        show(left);
      });
  }, GRACE);
  const undo = () => {
    clearTimeout(timer);
    stop();
    show(left);
    select(before);
  };
  notify('info', words.message, { action: { label: words.undo, run: undo } });
}
