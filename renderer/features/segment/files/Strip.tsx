import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFiles } from '../../../stores/bridge-context';
import { Thumbnail } from './Thumbnail';
import type { PictureEntry } from './use-pictures';
import classes from './Strip.module.css';

const WIDTH = 92; // CSS pixels a thumbnail, gap included

/** All open pictures, small. */
export function Strip({ pictures, current }: { pictures: readonly PictureEntry[]; current: string | null }) {
  const { t } = useTranslation('segment');
  const select = useFiles((state) => state.select);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: pictures.length, horizontal: true, getScrollElement: () => scroller.current, estimateSize: () => WIDTH, overscan: 4 });
  const index = pictures.findIndex(({ file }) => file.id === current);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index);
  }, [index, virtual]);
  const press = (event: KeyboardEvent) => {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: pictures.length - 1 }[event.key];
    const next = to === undefined ? undefined : pictures[to];
    if (next === undefined) return;
    select(next.file);
    event.preventDefault();
  };
  return (
    <div ref={scroller} className={classes.strip} role="listbox" aria-orientation="horizontal" aria-label={t('strip.label')} tabIndex={0} aria-activedescendant={current ? `picture-${current}` : undefined} onKeyDown={press}>
      <div className={classes.row} role="presentation" style={{ width: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const entry = pictures[item.index]!;
          return (
            <div key={entry.file.id} className={classes.place} role="presentation" style={{ transform: `translateX(${item.start}px)` }}>
              <Thumbnail entry={entry} selected={entry.file.id === current} place={item.index + 1} of={pictures.length} onSelect={() => select(entry.file)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
