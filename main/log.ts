import os from 'node:os';
import type { LogEntry } from './contract/log';
import { LogFile, type LogFileOptions } from './log/log-file';
import { redact } from './log/redact';
import { Secrets } from './log/secrets';

const KEPT_ENTRIES = 10_000;
const LONGEST_MESSAGE = 10_000; // characters

export type LogLevel = LogEntry['level'];

/** What happened: in a rotated file, and this session's latest entries in memory. Nothing leaves the machine. */
export class Log {
  private readonly entries: LogEntry[] = [];
  private readonly secrets = new Secrets();
  private readonly listeners = new Set<(entry: LogEntry) => void>();
  private readonly file: LogFile;

  constructor(folder: string, options?: LogFileOptions) {
    this.file = new LogFile(folder, options);
    this.conceal(os.homedir(), userName(), os.hostname(), folder);
  }

  write(level: LogLevel, source: string, message: string): void {
    const entry: LogEntry = { time: Date.now(), level, source, message: message.slice(0, LONGEST_MESSAGE) };
    this.entries.push(entry);
    if (this.entries.length > KEPT_ENTRIES) this.entries.shift();
    this.file.append(`${new Date(entry.time).toISOString()} ${level} ${source}: ${oneLine(entry.message)}`);
    for (const listener of [...this.listeners]) listener(entry);
  }

  /** The latest entries, oldest first. */
  read(limit: number): LogEntry[] {
    return this.entries.slice(-limit);
  }

  onEntry(listener: (entry: LogEntry) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Names exact texts that diagnostics must not show: names of opened files, words of transcripts. */
  conceal(...texts: string[]): void {
    for (const text of texts) this.secrets.add(text);
  }

  /** A report to hand on: `facts` of program and machine, then the log, with paths, file names, the user's name and transcripts taken out. */
  diagnostics(facts: Record<string, string | number | boolean> = {}): string {
    const head = Object.entries(facts).map(([name, value]) => `${name}: ${redact(String(value), this.secrets)}`);
    const lines = this.entries.map(({ time, level, source, message }) => `${new Date(time).toISOString()} ${level} ${redact(source, this.secrets)}: ${redact(message, this.secrets)}`);
    return ['Mamba Studio diagnostics', ...head, '', ...lines, ''].join('\n');
  }
}

function oneLine(message: string): string {
  return message.replace(/[\r\n]+/g, ' | ');
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return ''; // a container's user without a name
  }
}
