import os from 'node:os';
import type { Handlers } from '../../contract/api';
import type { MachineFacts } from '../machine';
import type { Services } from './services';

type Requests = 'logs.read' | 'logs.write' | 'logs.diagnostics';

export function logHandlers({ log, settings }: Services, { machine, version }: { machine: () => Promise<MachineFacts>; version: string }): Pick<Handlers, Requests> {
  return {
    'logs.read': async ({ limit }) => log.read(limit),
    'logs.write': async ({ level, message }) => {
      log.write(level, 'window', message);
      return {};
    },
    'logs.diagnostics': async () => {
      const { available, isa, reason } = await machine();
      const { theme, language, device, threads } = settings.get();
      const facts = {
        version,
        system: `${process.platform} ${process.arch} ${os.release()}`,
        runtime: `node ${process.versions.node}${process.versions.electron ? `, electron ${process.versions.electron}` : ''}`,
        processor: `${os.cpus()[0]?.model.trim() ?? process.arch}, ${os.availableParallelism()} cores`,
        memory: `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB, ${(os.freemem() / 2 ** 30).toFixed(1)} GiB free`,
        kernels: available ? isa : `not available: ${reason}`,
        settings: `theme ${theme}, language ${language}, device ${device}, threads ${threads}`,
        uptime: `${Math.round(process.uptime())} s`,
      };
      return { text: log.diagnostics(facts) };
    },
  };
}
