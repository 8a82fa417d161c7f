import { useState } from 'react';
import { useConnection, useStudio } from '../stores/bridge-context';
import { SCREENS, type Screen } from '../stores/screens';
import { useCommand } from '../stores/use-command';
import { useOpenFiles } from '../stores/use-open-files';

/** Commands that work in every screen, and the dialogs that they open. */
export function useShellCommands() {
  const { screens } = useStudio();
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const [open, setOpen] = useState<'files' | 'folder' | null>(null);
  const [shortcuts, setShortcuts] = useState(false);
  const { pick } = useOpenFiles();
  const go = (screen: Screen) => () => screens.getState().go(screen);

  useCommand('open', () => (systemDialogs ? void pick() : setOpen('files')));
  useCommand('open-folder', () => setOpen('folder'));
  useCommand('shortcuts', () => setShortcuts(true));
  useCommand(SCREENS[0], go(SCREENS[0]));
  useCommand(SCREENS[1], go(SCREENS[1]));
  useCommand(SCREENS[2], go(SCREENS[2]));
  useCommand(SCREENS[3], go(SCREENS[3]));
  useCommand(SCREENS[4], go(SCREENS[4]));
  useCommand(SCREENS[5], go(SCREENS[5]));
  return { open, closeOpen: () => setOpen(null), shortcuts, closeShortcuts: () => setShortcuts(false) };
}
