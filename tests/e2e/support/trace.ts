/** What some work costs the browser, told by a DevTools trace. */
import type { Page } from 'playwright-core';

export interface Cost {
  seconds: number;
  frames: number; // that the window handed to the compositor
  threads: Record<string, number>; // ms of CPU by thread: the busy ones of the window's renderer and the GPU process
  longest: number; // ms of CPU of the longest task of the window's main thread
  processes: Record<string, number>; // ms of CPU by kind of process, with threads that write no trace, as those of software rendering
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number; // µs
  tdur?: number; // µs of CPU
  args?: { name?: string };
}

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'devtools.timeline.frame', 'toplevel'];
const THREADS = ['CrRendererMain', 'Compositor', 'CrGpuMain', 'VizCompositorThread'];

export async function costOf(page: Page, work: () => Promise<unknown>): Promise<Cost> {
  const browser = page.context().browser()!;
  const system = await browser.newBrowserCDPSession();
  const cpu = async () => {
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    return new Map(processInfo.map(({ id, type, cpuTime }) => [id, { type, ms: 1000 * cpuTime }]));
  };
  await browser.startTracing(page, { categories: CATEGORIES });
  const before = await cpu();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const after = await cpu();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await system.detach();

  const { traceEvents } = trace;
  const drawn = traceEvents.filter(({ name }) => name === 'BeginCommitCompositorFrame');
  const renderer = drawn[0]?.pid;
  const names = new Map(traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'thread_name').map(({ pid, tid, args }) => [`${pid}/${tid}`, args!.name!]));
  const threads: Record<string, number> = Object.fromEntries(THREADS.map((name) => [name, 0]));
  let longest = 0;
  for (const { name, pid, tid, tdur } of traceEvents) {
    const thread = names.get(`${pid}/${tid}`);
    if (name !== 'ThreadControllerImpl::RunTask' || tdur === undefined || thread === undefined || threads[thread] === undefined) continue;
    if (thread !== 'CrRendererMain' && thread !== 'Compositor' || pid === renderer) threads[thread] += tdur / 1000;
    if (thread === 'CrRendererMain' && pid === renderer) longest = Math.max(longest, tdur / 1000);
  }
  const processes: Record<string, number> = {};
  for (const [id, { type, ms }] of after) processes[type] = (processes[type] ?? 0) + ms - (before.get(id)?.ms ?? 0);
  return { seconds, frames: drawn.filter(({ pid }) => pid === renderer).length, threads, longest, processes };
}
