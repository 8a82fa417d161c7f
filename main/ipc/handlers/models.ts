import type { Handlers } from '../../contract/api';
import type { Services } from './services';

type Requests = 'models.list' | 'models.import' | 'models.install' | 'models.remove' | 'models.selfTest' | 'models.measure';

export function modelHandlers({ files, library }: Pick<Services, 'files' | 'library'>): Pick<Handlers, Requests> {
  return {
    'models.list': () => library.list(),
    'models.import': ({ file }) => {
      const { file: opened, path } = files.get(file);
      return library.import(path, opened.name);
    },
    'models.install': async ({ model }) => {
      await library.install(model);
      return {};
    },
    'models.remove': async ({ model }) => {
      await library.remove(model);
      return {};
    },
    'models.selfTest': ({ model }) => library.selfTest(model),
    'models.measure': ({ model }) => library.measure(model),
  };
}
