import type { Instance } from './measure';

/** What the writers want to know of an instance; a result of the command line has neither class nor probability. */
export interface Labelled extends Instance {
  class?: number; // index into the class names; 0 where it is not given
  probability?: number; // 0 to 1
}

export interface ClassLook {
  name: string;
  color: string; // #rrggbb
}
