import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { indexOf } from '../edit/document';
import type { Hit } from '../edit/find';
import { useOptions } from '../options';
import { useSession, useShown } from './document-context';
import { SegmentRow } from './SegmentRow';
import classes from './Transcript.module.css';

const LINE = 24; // pixels
const CHARACTERS = 85; // of a line, about

/** All segments, of which only those in sight exist as elements. */
export function TranscriptList({ hits, current }: { hits: ReadonlySet<number>; current: Hit | null }) {
  const { t } = useTranslation('transcribe');
  const { session, player, place } = useShown();
  const { tint } = useOptions();
  const { segments, duration } = useSession((state) => state.history.present);
  const phase = useSession((state) => state.phase);
  const streaming = phase === 'streaming';
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // a new function of these makes the list measure all segments anew
  const estimateSize = useCallback(
    (index: number) => 14 + LINE * Math.max(1, Math.ceil((segments[index]?.words.reduce((sum, { text }) => sum + text.length + 1, 0) ?? 0) / CHARACTERS)),
    [segments],
  );
  const getItemKey = useCallback((index: number) => segments[index]?.id ?? -index, [segments]);
  const list = useVirtualizer({
    count: segments.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey,
    overscan: 6,
    paddingStart: 8,
    paddingEnd: 80,
  });

  useEffect(() => {
    const show = (id: number) => {
      const index = indexOf(session.document, id);
      const element = scroller.current;
      if (index < 0 || element === null) return;
      const row = element.querySelector<HTMLElement>(`[data-segment="${id}"]`);
      const [top, bottom] = [element.scrollTop + 24, element.scrollTop + element.clientHeight - 72];
      const item = row === null ? undefined : list.measurementsCache[index];
      if (item === undefined || item.start < top || item.end > bottom) list.scrollToIndex(index, { align: 'center' });
    };
    const ends = [
      place.subscribe(({ segment }, before) => {
        const { follow, playing } = player.store.getState();
        if (follow && playing && segment !== 0 && segment !== before.segment && session.store.getState().editing === null) show(segment);
      }),
      session.store.subscribe(({ selected, editing }, before) => {
        if (selected !== 0 && (selected !== before.selected || editing?.id !== before.editing?.id)) show(selected);
      }),
    ];
    return () => ends.forEach((end) => end());
  }, [list, place, player, session]);

  useEffect(() => {
    if (streaming && atEnd.current && segments.length > 0) list.scrollToIndex(segments.length - 1, { align: 'end' });
  }, [list, streaming, segments]);

  useEffect(() => {
    const index = current === null ? -1 : indexOf(session.document, current.id);
    if (index >= 0) list.scrollToIndex(index, { align: 'center' });
  }, [list, session, current]);

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-transcript
      data-phase={phase}
      data-tint={tint || undefined}
      tabIndex={0}
      role="region"
      aria-label={t('transcript')}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 120;
      }}
    >
      <div role="list" className={classes.list} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, key, start }) => {
          const segment = segments[index];
          if (segment === undefined) return null;
          return (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              role="listitem"
              aria-setsize={segments.length}
              aria-posinset={index + 1}
              className={classes.item}
              style={{ transform: `translateY(${start}px)` }}
            >
              <SegmentRow segment={segment} index={index} count={segments.length} duration={duration} hit={current?.id === segment.id ? current : null} hits={hits.has(segment.id)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
