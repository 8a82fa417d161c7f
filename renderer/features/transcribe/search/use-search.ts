import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportOf } from '../../../bridge/check';
import { notify } from '../../../stores/notices';
import { useSession, useShown } from '../document/document-context';
import { indexOf, textOf, type EditDocument } from '../edit/document';
import { compile, NO_QUERY, type Hit, type Passage, type Query, type Replaced } from '../edit/find';
import { editTexts } from '../edit/operations';
import { Searcher, type SearchThread } from './searcher';

const NOTHING: { hits: readonly Hit[]; late: boolean } = { hits: [], late: false };

const startThread = () => new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' }) as SearchThread;

const passagesOf = ({ segments }: EditDocument): Passage[] => segments.map((segment) => ({ id: segment.id, text: textOf(segment) }));

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
  const [found, setFound] = useState(NOTHING);
  const [finder] = useState(() => new Searcher(startThread));
  const [replacer] = useState(() => new Searcher(startThread));
  const resume = useRef<Replaced['end']>(null); // after one was replaced the next is the one behind it

  const compiled = useMemo(() => (mode === null ? null : compile(query)), [mode, query]);
  const usable = compiled !== null && 'pattern' in compiled;
  const { hits, late } = usable ? found : NOTHING;
  const ids = useMemo(() => new Set(hits.map(({ id }) => id)), [hits]);
  const index = Math.min(at, Math.max(0, hits.length - 1));
  const current = hits[index] ?? null;

  const failed = (error: unknown) => notify('error', reportOf(error).message);

  useEffect(() => {
    if (!usable) return finder.close();
    void finder
      .run({ query, passages: passagesOf(document) })
      .then((end) => {
        if (end === 'superseded') return;
        const next = end === 'late' ? { hits: [], late: true } : { hits: end.hits, late: false };
        if (resume.current !== null) setAt(firstFrom(next.hits, resume.current, document));
        resume.current = null;
        setFound(next);
      })
      .catch(failed);
  }, [finder, usable, query, document]);

  useEffect(
    () => () => {
      finder.close();
      replacer.close();
    },
    [finder, replacer],
  );

  /** A text that was changed while the search ran is left as it is. */
  async function replaceBy(only?: Hit): Promise<Replaced | null> {
    const before = session.document;
    const end = await replacer.run({ query, passages: passagesOf(before), replacement: { by: replacement, literal: !query.regex, ...(only === undefined ? {} : { only }) } });
    if (end === 'late') setFound({ hits: [], late: true });
    if (typeof end === 'string' || end.replaced === null || session.document !== before) return null;
    return session.apply(editTexts(before, end.replaced.changed)) ? end.replaced : null;
  }

  return {
    mode, asked, query, replacement, hits, ids, index, current, late,
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
      if (!usable || current === null) return;
      replaceBy(current).then((replaced) => (resume.current = replaced?.end ?? null), failed);
    },
    replaceAll() {
      if (!usable) return;
      replaceBy().then((replaced) => replaced !== null && notify('info', t('find.replaced', { count: replaced.count })), failed);
    },
  };
}

/** Index of the first hit at or behind a place; 0 where there is none. */
function firstFrom(hits: readonly Hit[], { id, from }: { id: number; from: number }, document: EditDocument): number {
  const place = indexOf(document, id);
  const order = new Map(document.segments.map((segment, i) => [segment.id, i]));
  return Math.max(0, hits.findIndex((hit) => (hit.id === id ? hit.from >= from : (order.get(hit.id) ?? 0) > place)));
}

export type Search = ReturnType<typeof useSearch>;
