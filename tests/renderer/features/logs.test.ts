import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../main/contract/log';
import { appended, asText, filterLines } from '../../../renderer/features/logs/lines';

const line = (level: LogEntry['level'], message: string, source = 'desk'): LogEntry => ({ time: Date.UTC(2026, 0, 2, 3, 4, 5, 6), level, source, message });
const lines = [line('debug', 'loading'), line('info', 'Done in 1 s'), line('warn', 'slow'), line('error', 'Disk full', 'batch')];

describe('log lines', () => {
  it('are shown from a level on', () => {
    expect(filterLines(lines, 'warn', '').map((one) => one.message)).toEqual(['slow', 'Disk full']);
    expect(filterLines(lines, 'debug', '')).toHaveLength(4);
  });
  it('have to hold every typed word, in source or message, in any case', () => {
    expect(filterLines(lines, 'debug', '  FULL batch ').map((one) => one.message)).toEqual(['Disk full']);
    expect(filterLines(lines, 'debug', 'full desk')).toEqual([]);
  });
  it('read as text with times in UTC', () => {
    expect(asText(lines.slice(2))).toBe('2026-01-02T03:04:05.006Z warn  desk: slow\n2026-01-02T03:04:05.006Z error batch: Disk full');
  });
  it('are bounded in number', () => {
    expect(appended(lines, [line('info', 'new')], 3).map((one) => one.message)).toEqual(['slow', 'Disk full', 'new']);
  });
});
