/** Searches away from the window, so that a pattern which never comes to an end can be ended with its thread. */
import { compile, findAll, replaceIn } from '../edit/find';
import type { FromSearchWorker, SearchWork } from './searcher';

const answer = (message: FromSearchWorker) => self.postMessage(message);

self.onmessage = ({ data: { query, passages, replacement } }: MessageEvent<SearchWork>) => {
  answer({ type: 'started' });
  const compiled = compile(query);
  if (compiled === null || 'error' in compiled) answer({ type: 'done', hits: [], replaced: null });
  else if (replacement === undefined) answer({ type: 'done', hits: findAll(passages, compiled.pattern), replaced: null });
  else answer({ type: 'done', hits: [], replaced: replaceIn(passages, compiled.pattern, replacement) });
};
