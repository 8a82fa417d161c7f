import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogEntry } from '../../../main/contract/log';
import { useFormat } from '../../i18n/format';
import classes from './LogsScreen.module.css';

const ROW = 24; // px of a line
const NEAR = 40; // px from the end at which the list follows new lines

/** Only the lines in sight are in the page; the list follows its end until it is scrolled away from it. */
export function LogList({ entries }: { entries: readonly LogEntry[] }) {
  const { t } = useTranslation('logs');
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const list = useVirtualizer({ count: entries.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 20 });

  useEffect(() => {
    if (following.current && entries.length > 0) list.scrollToIndex(entries.length - 1, { align: 'end' });
  }, [entries, list]);

  function noteScroll() {
    const element = box.current;
    if (element !== null) following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
  }

  return (
    <div ref={box} className={classes.list} role="log" aria-label={t('lines')} aria-live="off" tabIndex={0} onScroll={noteScroll}>
      <div className={classes.inner} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const entry = entries[item.index]!;
          return (
            <div key={item.key} ref={list.measureElement} data-index={item.index} className={classes.line} data-level={entry.level} style={{ transform: `translateY(${item.start}px)` }}>
              <time dateTime={new Date(entry.time).toISOString()} title={format.date(entry.time)}>{format.time(entry.time)}</time>
              <span className={classes.level}>{t(`levels.${entry.level}`)}</span>
              <span className={classes.source}>{entry.source}</span>
              <span className={classes.message}>{entry.message}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
