import { realpath } from 'node:fs/promises';
import { dialog, shell, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron';
import { SUFFIXES } from '../contract/media';
import type { ShellText } from './text';

type Kind = keyof typeof SUFFIXES;

/** The system's own dialogs, in front of the window where there is one. */
export class Dialogs {
  constructor(
    private readonly window: () => BrowserWindow | undefined,
    private readonly text: () => ShellText,
  ) {}

  async pickFiles(kind?: Kind): Promise<string[]> {
    const { canceled, filePaths } = await this.open({ properties: ['openFile', 'multiSelections'], filters: this.filters(kind) });
    return canceled ? [] : filePaths;
  }

  async pickFolder(): Promise<string | null> {
    const { canceled, filePaths } = await this.open({ properties: ['openDirectory', 'createDirectory'] });
    return canceled ? null : (filePaths[0] ?? null);
  }

  /** Opens the folder with the file selected. Rejects where there is no such file. */
  async reveal(file: string): Promise<void> {
    shell.showItemInFolder(await realpath(file));
  }

  /** The index of the button that was pressed; Escape is the last one. */
  async ask(type: 'question' | 'error' | 'warning', message: string, detail: string, buttons: string[]): Promise<number> {
    const options = { type, message, detail, buttons, defaultId: 0, cancelId: buttons.length - 1, noLink: true };
    const window = this.window();
    const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
    return response;
  }

  private open(options: OpenDialogOptions) {
    const window = this.window();
    return window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options);
  }

  private filters(kind?: Kind): FileFilter[] {
    const text = this.text();
    const all: Record<Kind, FileFilter> = {
      image: { name: text.images, extensions: SUFFIXES.image },
      audio: { name: text.recordings, extensions: SUFFIXES.audio },
      model: { name: text.modelFiles, extensions: SUFFIXES.model },
    };
    const everything = { name: text.everything, extensions: ['*'] };
    return kind ? [all[kind], everything] : [everything, all.image, all.audio];
  }
}
