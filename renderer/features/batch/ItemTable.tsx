import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BatchInfo } from '../../../main/contract/batch';
import type { Task } from '../../../main/contract/formats';
import { useBridge } from '../../stores/bridge-context';
import { activeRow } from '../../ui/active-row';
import { ItemDetails } from './ItemDetails';
import { ItemRow } from './ItemRow';
import classes from './ItemTable.module.css';
import { createItemsStore, type ItemStates } from './items-store';

const ROW = 34; // pixels
const HEADER = 30; // pixels that stay on top
const MORE = 12; // rows kept above and below
const COLUMNS = ['file', 'state', 'time', 'result'] as const;

/** The files of a batch under a filter; only what is seen is read and drawn. Arrow keys, Home, End and Page move through it. */
export function ItemTable({ batch, states, task }: { batch: BatchInfo; states: ItemStates; task: Task | undefined }) {
  const { t } = useTranslation('batch');
  const bridge = useBridge();
  const store = useMemo(() => createItemsStore(bridge, batch.id, states, task), [bridge, batch.id, states, task]);
  const { total, items } = useStore(store);
  const [selected, setSelected] = useState<number | null>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: total ?? 0, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: MORE, scrollMargin: HEADER, scrollPaddingStart: HEADER });
  const shown = rows.getVirtualItems();
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];

  const item = selected === null ? undefined : items.get(selected);
  const detailed = item !== undefined;

  useEffect(() => store.listen(), [store]);
  useEffect(() => {
    if (selected !== null) rows.scrollToIndex(selected); // the details take room from the table
  }, [rows, selected, detailed]);
  useEffect(() => store.show(first, last), [store, first, last]);
  useEffect(() => store.refresh(), [store, batch.state, batch.total, batch.done, batch.failed, batch.skipped]);

  function move(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? ROW) / ROW) - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === 'Escape') setSelected(null);
    const step = steps[event.key];
    if (step === undefined || total === null || total === 0) return;
    event.preventDefault();
    const next = Math.min(total - 1, Math.max(0, (selected ?? -1) + step));
    setSelected(next);
  }

  return (
    <div className={classes.wrap}>
      <div ref={scroll} className={classes.table} role="grid" aria-label={t('table.label')} aria-rowcount={(total ?? 0) + 1} aria-busy={total === null} tabIndex={0} aria-activedescendant={item && activeRow(shown, selected, `batch-item-${item.index}`)} onKeyDown={move}>
        <div className={classes.header} role="row">
          {COLUMNS.map((column) => (
            <div key={column} role="columnheader">{t(`table.${column}`)}</div>
          ))}
        </div>
        <div className={classes.rows} role="rowgroup">
          <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
            {shown.map(({ index, start }) => (
              <ItemRow key={index} position={index} top={start - HEADER} item={items.get(index)} showTask={batch.spec.tasks.length > 1} selected={index === selected} onSelect={() => setSelected(index)} />
            ))}
          </div>
          {total === 0 && <p className={classes.none}>{t(batch.state === 'scanning' ? 'table.scanning' : 'table.none')}</p>}
        </div>
      </div>
      {item !== undefined && <ItemDetails batch={batch} item={item} onClose={() => setSelected(null)} />}
    </div>
  );
}
