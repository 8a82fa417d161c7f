import { AudioLines, Box, Check, ChevronRight, Folder, Image } from 'lucide-react';
import type { BrowserEntry } from './FolderBrowser';
import classes from './FolderBrowser.module.css';

const ICONS = { folder: Folder, image: Image, audio: AudioLines, model: Box };

export function EntryRow({ entry, selected, onChoose }: { entry: BrowserEntry; selected: boolean; onChoose: () => void }) {
  const Icon = ICONS[entry.kind];
  const folder = entry.kind === 'folder';
  return (
    <li>
      <button type="button" className={classes.entry} aria-pressed={folder ? undefined : selected} onClick={onChoose}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span className={classes.name}>{entry.name}</span>
        {folder ? <ChevronRight size={14} aria-hidden /> : selected && <Check size={14} aria-hidden />}
      </button>
    </li>
  );
}
