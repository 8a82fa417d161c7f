/** Undo and redo over whole documents, which share what did not change. Steps of one tag that follow quickly (typing) are one step. */
export interface History<State> {
  past: readonly State[];
  present: State;
  future: readonly State[];
  tag: string; // of the last step; '' never joins
  time: number; // ms, of the last step
}

export const MOST_STEPS = 500;
const TOGETHER = 1000; // ms

export const startHistory = <State>(present: State): History<State> => ({ past: [], present, future: [], tag: '', time: 0 });

export function commit<State>(history: History<State>, present: State, tag = '', time = 0): History<State> {
  if (present === history.present) return history;
  const joins = tag !== '' && tag === history.tag && time - history.time < TOGETHER && history.past.length > 0;
  return { past: joins ? history.past : [...history.past, history.present].slice(-MOST_STEPS), present, future: [], tag, time };
}

export function undo<State>(history: History<State>): History<State> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future], tag: '', time: 0 };
}

export function redo<State>(history: History<State>): History<State> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, tag: '', time: 0 };
}
