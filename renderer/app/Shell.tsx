import { Suspense } from 'react';
import { useScreens } from '../stores/bridge-context';
import { Announcer } from './Announcer';
import { ConnectionBanner } from './ConnectionBanner';
import { DropTarget } from './DropTarget';
import { OpenDialog } from './OpenDialog';
import { Rail } from './Rail';
import { ScreenBoundary } from './ScreenBoundary';
import { ScreenSkeleton } from './ScreenSkeleton';
import { screens } from './screens';
import classes from './Shell.module.css';
import { ShortcutsDialog } from './ShortcutsDialog';
import { StatusBar } from './StatusBar';
import { Toasts } from './Toasts';
import { useKeyboard } from './use-keyboard';
import { useLanguageSetting } from './use-language';
import { useOpenedElsewhere } from './use-opened';
import { useShellCommands } from './use-shell-commands';
import { useThemeSetting } from './use-theme';
import { useWindowTitle } from './use-window-title';
import { Welcome } from './Welcome';

/** The frame around every screen, and what is the same in all of them. */
export function Shell() {
  useThemeSetting();
  useLanguageSetting();
  useKeyboard();
  useOpenedElsewhere();
  useWindowTitle();
  const dialogs = useShellCommands();
  const screen = useScreens((state) => state.screen);
  const { Component } = screens[screen];
  return (
    <DropTarget>
      <div className={classes.shell}>
        <Rail />
        <main className={classes.main} id="screen" tabIndex={-1} data-screen={screen}>
          <ConnectionBanner />
          <div className={classes.screen}>
            <ScreenBoundary key={screen}>
              <Suspense fallback={<ScreenSkeleton />}>
                <Component />
              </Suspense>
            </ScreenBoundary>
          </div>
        </main>
        <StatusBar />
      </div>
      <Announcer />
      <Toasts />
      <OpenDialog kind={dialogs.open} onClose={dialogs.closeOpen} />
      <ShortcutsDialog opened={dialogs.shortcuts} onClose={dialogs.closeShortcuts} />
      <Welcome />
    </DropTarget>
  );
}
