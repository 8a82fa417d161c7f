import { Menu } from 'electron';
import { menuTemplate, type MenuParts } from './menu-template';

/** Replaces the whole menu bar: a language or a recent file changed. */
export function showMenu(parts: Omit<MenuParts, 'platform'>): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ ...parts, platform: process.platform })));
}
