import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/format';
import { useSettings } from '../../../stores/bridge-context';
import { activeRow } from '../../../ui/active-row';
import { regionColors } from '../session/colors';
import { useSegment, useSession } from '../session/context';
import { areaText } from './area';
import { sortRegions, SORT_KEYS, type SortKey } from './sort-regions';
import classes from './InstancePanel.module.css';

const ROW = 28; // CSS pixels

/** All instances; the canvas goes to the one that is chosen. Shift takes a range, by keyboard as well; Control or Command adds one. */
export function InstancePanel() {
  const { t } = useTranslation('segment');
  const format = useFormat();
  const session = useSession();
  const document = useSegment((state) => state.document)!;
  const version = useSegment((state) => state.version);
  const selected = useSegment((state) => state.selected);
  const coloring = useSegment((state) => state.coloring);
  const micrometres = useSettings((state) => state.settings.micrometresPerPixel);
  const [sort, setSort] = useState<{ key: SortKey; down: boolean }>({ key: 'label', down: false });
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef(0);
  const [latest, setLatest] = useState(0); // label of the one chosen last
  const rows = useMemo(() => ({ version, regions: sortRegions(document.map.regions.values(), sort.key, sort.down) }), [document, version, sort]).regions;
  const colorOf = useMemo(() => regionColors(coloring, document.classes), [coloring, document.classes]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => list.current, estimateSize: () => ROW, overscan: 8 });
  const drawn = virtual.getVirtualItems();
  const [only] = selected;
  const active = selected.has(latest) ? latest : selected.size === 1 ? only : undefined;
  const current = active === undefined ? -1 : rows.findIndex(({ label }) => label === active);

  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current);
  }, [current, virtual]);

  const choose = (index: number, add: boolean, range: boolean) => {
    const region = rows[index];
    if (region === undefined) return;
    setLatest(region.label);
    if (range) {
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      session.set({ selected: new Set(rows.slice(from, to + 1).map(({ label }) => label)) });
    } else {
      anchor.current = index;
      session.select(region.label, add);
    }
    session.centre(region.label);
  };
  const press = (event: KeyboardEvent) => {
    const from = Math.max(current, -1);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1, PageDown: from + 10, PageUp: from - 10 }[event.key];
    if (to === undefined) return;
    choose(Math.min(rows.length - 1, Math.max(0, to)), false, event.shiftKey);
    event.preventDefault();
  };

  return (
    <section className={classes.panel} aria-labelledby="segment-instances">
      <header>
        <h2 id="segment-instances">{t('instances.title')}</h2>
        <span className={classes.count} data-testid="instance-count">{format.number(rows.length)}</span>
      </header>
      <div className={classes.heads}>
        {SORT_KEYS.map((key) => (
          <button key={key} type="button" aria-pressed={sort.key === key} onClick={() => setSort({ key, down: sort.key === key ? !sort.down : key !== 'label' })}>
            {t(`instances.${key}`)}
            {sort.key === key && (sort.down ? <ArrowDown size={12} aria-label={t('instances.down')} /> : <ArrowUp size={12} aria-label={t('instances.up')} />)}
          </button>
        ))}
      </div>
      <div ref={list} className={classes.list} role="listbox" aria-multiselectable tabIndex={0} aria-labelledby="segment-instances" aria-activedescendant={activeRow(drawn, current, `instance-row-${active}`)} onKeyDown={press}>
        {rows.length === 0 && <p className={classes.none}>{t('instances.none')}</p>}
        <div style={{ height: virtual.getTotalSize() }}>
          {drawn.map(({ index, start }) => {
            const region = rows[index]!;
            return (
              <div
                key={region.label}
                id={`instance-row-${region.label}`}
                className={classes.row}
                style={{ transform: `translateY(${start}px)` }}
                role="option"
                aria-selected={selected.has(region.label)}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                onClick={(event: MouseEvent) => choose(index, event.ctrlKey || event.metaKey, event.shiftKey)}
                onPointerEnter={() => session.set({ hovered: region.label })}
                onPointerLeave={() => session.set({ hovered: 0 })}
              >
                <span>
                  <i style={{ background: `rgb(${colorOf(region).join(' ')})` }} />#{region.label}
                  {document.classes.length > 1 && ` ${document.classes[region.class]?.name ?? ''}`}
                </span>
                <span>{areaText(format, region.area, micrometres)}</span>
                <span>{Number.isNaN(region.probability) ? t('instances.byHand') : format.percent(region.probability)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}
