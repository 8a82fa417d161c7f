/** What the log says of jobs and batches, and what it must keep to itself. */
import type { EventBody, EventName } from '../contract/api';
import type { Log } from '../log';

const SHORTEST_CONCEALED = 8; // characters: single words of a transcript stand in any text

export function createEventLog(log: Log): <Name extends EventName>(event: Name, body: EventBody<Name>) => void {
  const concealSpeech = (texts: string[]) => log.conceal(...texts.filter((text) => text.length >= SHORTEST_CONCEALED));
  const states = new Map<string, string>();
  const changed = (id: string, state: string) => states.get(id) !== state && states.set(id, state) !== undefined;

  const listeners: { [Name in EventName]?: (body: EventBody<Name>) => void } = {
    job: ({ id, task, file, model, state, error, seconds, summary, device }) => {
      if (summary?.task === 'transcribe') concealSpeech([summary.text]);
      if (!changed(id, state)) return;
      if (state === 'failed') log.write('error', 'desk', `${task} of ${file.name} with ${model} failed: ${error?.code ?? 'INTERNAL'} ${error?.message ?? ''}`);
      else log.write('info', 'desk', `${task} of ${file.name} with ${model}: ${state}${state === 'done' ? ` in ${seconds?.toFixed(1) ?? '?'} s on ${device ?? '?'}` : ''}`);
    },
    removed: ({ job }) => void states.delete(job),
    partial: ({ segments }) => concealSpeech(segments.map((segment) => segment.text)),
    live: ({ segments }) => concealSpeech(segments.map((segment) => segment.text)),
    liveEnded: ({ error }) => log.write('error', 'live', error),
    batch: ({ id, spec, state, done, failed, skipped, total, pausedBecause }) => {
      if (!changed(id, state)) return;
      log.write(pausedBecause ? 'warn' : 'info', 'batch', `${spec.tasks.map(({ task }) => task).join(' and ')} of ${total} files: ${state}, ${done} done, ${failed} failed, ${skipped} skipped${pausedBecause ? `: ${pausedBecause.code} ${pausedBecause.message}` : ''}`);
    },
    batchItem: ({ item: { input, error } }) => void (error && log.write('warn', 'batch', `${input}: ${error.code} ${error.message}`)),
    notice: ({ level, message }) => log.write(level, 'notice', message),
  };
  return (event, body) => (listeners[event] as ((body: unknown) => void) | undefined)?.(body);
}
