/** The items of one batch under one filter, read page by page as they come into view. */
import { createStore } from 'zustand/vanilla';
import type { BatchItem } from '../../../main/contract/batch';
import type { Task } from '../../../main/contract/formats';
import type { Bridge } from '../../bridge/bridge';

export const PAGE = 100;
const REFRESH_MS = 400;

export type ItemStates = BatchItem['state'][] | undefined; // undefined: all

export interface ItemsState {
  total: number | null; // null: not known yet
  items: ReadonlyMap<number, BatchItem>; // by position in the list
}

export function createItemsStore(bridge: Bridge, batch: string, states: ItemStates, task: Task | undefined) {
  const store = createStore<ItemsState>()(() => ({ total: null, items: new Map() }));
  const asked = new Set<number>();
  let visible: [first: number, last: number] = [0, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function read(page: number): Promise<void> {
    asked.add(page);
    try {
      const { total, items } = await bridge.call('batch.items', { batch, offset: page * PAGE, limit: PAGE, ...(states && { states }), ...(task && { task }) });
      store.setState((before) => {
        const next = new Map(before.items);
        for (let i = 0; i < PAGE; i++) next.delete(page * PAGE + i);
        items.forEach((item, i) => next.set(page * PAGE + i, item));
        return { total, items: next };
      });
    } catch {
      asked.delete(page); // asked again when it comes into view; the list of batches tells of a lost connection
    }
  }

  const pagesOf = ([first, last]: [number, number]) => {
    const pages = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) pages.push(page);
    return pages;
  };

  /** Reads what is seen anew; the rest when it is scrolled to. */
  function refresh(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      asked.clear();
      for (const page of pagesOf(visible)) void read(page);
    }, REFRESH_MS);
  }

  return {
    ...store,
    show(first: number, last: number): void {
      visible = [first, last];
      for (const page of pagesOf(visible)) if (!asked.has(page)) void read(page);
    },
    refresh,
    /** Gives the function that ends it. */
    listen(): () => void {
      const end = bridge.on('batchItem', ({ batch: id, item }) => {
        if (id !== batch) return;
        const position = states === undefined && task === undefined ? item.index : [...store.getState().items].find(([, known]) => known.index === item.index)?.[0];
        if (position !== undefined && store.getState().items.has(position)) store.setState(({ items }) => ({ items: new Map(items).set(position, item) }));
      });
      return () => {
        end();
        clearTimeout(timer);
        timer = undefined;
      };
    },
  };
}
