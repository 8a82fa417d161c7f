import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFiles } from '../../../stores/bridge-context';
import { activeRow } from '../../../ui/active-row';
import { Thumbnail } from './Thumbnail';
import { neighbour, type PictureEntry } from './use-pictures';
import { useJobActions } from './use-submit';
import classes from './Strip.module.css';

const WIDTH = 92; // CSS pixels a thumbnail, gap included

/** All open pictures, small. Shift chooses a range, Control or Command adds one, Delete takes the chosen ones away. */
export function Strip({ pictures, current }: { pictures: readonly PictureEntry[]; current: string }) {
  const { t } = useTranslation('segment');
  const select = useFiles((state) => state.select);
  const { close } = useJobActions();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef(current);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: pictures.length, horizontal: true, getScrollElement: () => scroller.current, estimateSize: () => WIDTH, overscan: 4 });
  const drawn = virtual.getVirtualItems();
  const place = (id: string) => pictures.findIndex(({ file }) => file.id === id);
  const index = place(current);
  const chosen = marked.has(current) ? marked : new Set([current]);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index);
  }, [index, virtual]);

  const choose = (to: number, { range, add }: { range: boolean; add: boolean }) => {
    const entry = pictures[to];
    if (entry === undefined) return;
    const { id } = entry.file;
    if (range) {
      const from = Math.max(0, place(anchor.current));
      setMarked(new Set(pictures.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ file }) => file.id)));
    } else {
      anchor.current = id;
      const without = [...chosen].filter((one) => one !== id);
      if (add && chosen.has(id)) {
        const last = pictures.find(({ file }) => file.id === without.at(-1));
        if (last === undefined) return; // one stays chosen
        setMarked(new Set(without));
        if (id === current) select(last.file);
        return;
      }
      setMarked(new Set(add ? [...chosen, id] : [id]));
    }
    select(entry.file);
  };
  const press = (event: KeyboardEvent) => {
    const command = event.ctrlKey || event.metaKey;
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: pictures.length - 1 }[event.key];
    if (to !== undefined) choose(to, { range: event.shiftKey, add: false });
    else if (event.key === 'Delete' || event.key === 'Backspace') close([...chosen], neighbour(pictures, ...chosen));
    else if (command && event.key === 'a') setMarked(new Set(pictures.map(({ file }) => file.id)));
    else return;
    event.preventDefault();
    event.stopPropagation(); // Delete would take away instances
  };
  return (
    <div ref={scroller} className={classes.strip} role="listbox" aria-multiselectable aria-orientation="horizontal" aria-label={t('strip.label')} tabIndex={0} aria-activedescendant={activeRow(drawn, index, `picture-${current}`)} onKeyDown={press}>
      <div className={classes.row} role="presentation" style={{ width: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const entry = pictures[item.index]!;
          const { id } = entry.file;
          return (
            <div key={id} className={classes.place} role="presentation" style={{ transform: `translateX(${item.start}px)` }}>
              <Thumbnail
                entry={entry}
                current={id === current}
                chosen={chosen.has(id)}
                place={item.index + 1}
                of={pictures.length}
                onSelect={(event: MouseEvent) => choose(item.index, { range: event.shiftKey, add: event.ctrlKey || event.metaKey })}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
