import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '../../../stores/notices';
import { compile, findAll, NO_QUERY, replaceAll, replaceOne, type Hit, type Query } from '../edit/find';
import { useSession, useShown } from './document-context';

const NONE: readonly Hit[] = [];

/** The state of search and replace; `mode` null: closed. */
export function useSearch() {
  const { t } = useTranslation('transcribe');
  const { session } = useShown();
  const document = useDeferredValue(useSession((state) => state.history.present));
  const [mode, setMode] = useState<'find' | 'replace' | null>(null);
  const [asked, setAsked] = useState(0); // how often it was opened: the field takes the focus each time
  const [query, setQueryState] = useState<Query>(NO_QUERY);
  const [replacement, setReplacement] = useState('');
  const [at, setAt] = useState(0);

  const compiled = useMemo(() => (mode === null ? null : compile(query)), [mode, query]);
  const pattern = compiled !== null && 'pattern' in compiled ? compiled.pattern : null;
  const hits = useMemo(() => (pattern === null ? NONE : findAll(document, pattern)), [document, pattern]);
  const ids = useMemo(() => new Set(hits.map(({ id }) => id)), [hits]);
  const index = Math.min(at, Math.max(0, hits.length - 1));
  const current = hits[index] ?? null;

  return {
    mode, asked, query, replacement, hits, ids, index, current,
    error: compiled !== null && 'error' in compiled ? compiled.error : null,
    open(next: 'find' | 'replace') {
      session.edit(null);
      setMode(next);
      setAsked((count) => count + 1);
    },
    close() {
      setMode(null);
      window.document.querySelector<HTMLElement>('[data-transcript]')?.focus({ preventScroll: true });
    },
    setQuery(next: Query) {
      setQueryState(next);
      setAt(0);
    },
    setReplacement,
    step(by: 1 | -1) {
      if (hits.length > 0) setAt((index + by + hits.length) % hits.length);
    },
    replace() {
      if (pattern === null || current === null) return;
      session.apply(replaceOne(session.document, current, pattern, replacement, !query.regex));
    },
    replaceAll() {
      if (pattern === null) return;
      const count = findAll(session.document, pattern).length;
      if (session.apply(replaceAll(session.document, pattern, replacement, !query.regex))) notify('info', t('find.replaced', { count }));
    },
  };
}

export type Search = ReturnType<typeof useSearch>;
