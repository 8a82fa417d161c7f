import { nativeTheme } from 'electron';
import type { Settings } from '../contract/settings';

/** Menus, dialogs and the title bar follow the setting, as the page does. */
export function applyTheme({ theme }: Settings): void {
  if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
}
