import { useEffect, useRef } from 'react';
import { useStudio } from './bridge-context';
import { MENU_KEYS, type Command, type MenuCommand } from './commands';

/** A command that is no menu command brings its own keys and (translated) words for the overview of shortcuts. */
export type OwnCommand = Pick<Command, 'keys' | 'label' | 'group'>;

/** `useCommand('undo', undo, canUndo)`: while the component is shown, the menu entry and its shortcut run the handler. */
export function useCommand(id: MenuCommand, handler: () => void, enabled?: boolean): void;
/** `useCommand('segment.brush', takeBrush, true, { keys: ['B'], label: t('brush'), group: t('tools') })` */
export function useCommand(id: string, handler: () => void, enabled: boolean, own: OwnCommand): void;
export function useCommand(id: string, handler: () => void, enabled = true, own?: OwnCommand): void {
  const { commands } = useStudio();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const keys = own?.keys ?? MENU_KEYS[id as MenuCommand] ?? [];
  const joined = keys.join('\n');
  const label = own?.label ?? '';
  const group = own?.group ?? '';
  useEffect(
    () => commands.getState().register({ id, run: () => latest.current(), enabled, keys: joined === '' ? [] : joined.split('\n'), label, group }),
    [commands, id, enabled, joined, label, group],
  );
}
