import { useEffect } from 'react';
import { useStudio } from '../stores/bridge-context';
import { isMac } from '../stores/keys';

/** Key presses that no component took go to the command registry. While a dialog is open, only the dialog hears keys. */
export function useKeyboard(): void {
  const { commands } = useStudio();
  useEffect(() => {
    const mac = isMac();
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      if (commands.getState().press(event, isTextField(event.target), mac)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [commands]);
}

const TEXT_TYPES = new Set(['text', 'search', 'number', 'email', 'url', 'password', 'tel']);

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TEXT_TYPES.has(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}
