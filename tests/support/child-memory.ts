/** How much memory and processor time a process has used, as Linux tells it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Why it cannot be told here, or nothing. */
export const unmeasured = process.platform === 'linux' ? undefined : '(needs /proc)';

/** Largest resident size since the peak was begun anew, bytes. */
export function peakMemory(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

export function beginPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Seconds of processor time, of all threads. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const ticksPerSecond = unmeasured ? 1 : Number(execFileSync('getconf', ['CLK_TCK']));
