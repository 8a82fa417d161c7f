/** Short messages that appear over the window. Errors stay longer, but not for ever: those that matter stand where they happened, and in the log. */
import { createStore } from 'zustand/vanilla';

export type NoticeLevel = 'info' | 'success' | 'warn' | 'error';

export interface Notice {
  id: number;
  level: NoticeLevel;
  message: string;
  detail: string;
  action: { label: string; run: () => void } | null;
}

export const notices = createStore<{ list: readonly Notice[] }>()(() => ({ list: [] }));

const MOST = 4;
const SECONDS = 6;
const ERROR_SECONDS = 30;
let nextId = 1;

/** The same message is not shown twice at once. Gives the function that takes it away. */
export function notify(level: NoticeLevel, message: string, more: { detail?: string; action?: Notice['action'] } = {}): () => void {
  const id = nextId;
  nextId += 1;
  const notice: Notice = { id, level, message, detail: more.detail ?? '', action: more.action ?? null };
  notices.setState(({ list }) => ({ list: [...list.filter((other) => other.message !== message), notice].slice(-MOST) }));
  const dismiss = () => dismissNotice(id);
  setTimeout(dismiss, (level === 'error' ? ERROR_SECONDS : SECONDS) * 1000);
  return dismiss;
}

export function dismissNotice(id: number): void {
  notices.setState(({ list }) => ({ list: list.filter((notice) => notice.id !== id) }));
}
