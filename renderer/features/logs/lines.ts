/** Which log lines are shown, and how they read as text. */
import type { LogEntry } from '../../../main/contract/log';

export type Level = LogEntry['level'];

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Lines of that level and graver ones that hold every typed word. */
export function filterLines(entries: readonly LogEntry[], level: Level, typed: string): LogEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return entries.filter((entry) => {
    if (RANK[entry.level] < RANK[level]) return false;
    if (words.length === 0) return true;
    const text = `${entry.source} ${entry.message}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** One line each, times in UTC. */
export function asText(entries: readonly LogEntry[]): string {
  return entries.map(({ time, level, source, message }) => `${new Date(time).toISOString()} ${level.padEnd(5)} ${source}: ${message}`).join('\n');
}

/** The newest `most` of both. */
export function appended(entries: readonly LogEntry[], fresh: readonly LogEntry[], most: number): LogEntry[] {
  return [...entries, ...fresh].slice(-most);
}
