import { Breadcrumb } from './Breadcrumb';
import { EntryRow } from './EntryRow';
import classes from './FolderBrowser.module.css';

export interface BrowserEntry {
  name: string;
  path: string;
  kind: 'folder' | 'image' | 'audio' | 'model';
}

export interface FolderBrowserProps {
  path: string | null; // null: the roots
  parent: string | null;
  entries: readonly BrowserEntry[];
  loading: boolean;
  selected: ReadonlySet<string>; // paths
  /** files: files can be ticked, folders are walked into; folder: folders only. */
  choose: 'files' | 'folder';
  words: { list: string; roots: string; up: string; empty: string };
  onGo: (path: string | null) => void;
  onToggle: (path: string) => void;
}

/** Folders and files to choose from where there is no system dialog. Enter or a click walks into a folder and ticks a file. */
export function FolderBrowser({ path, parent, entries, loading, selected, choose, words, onGo, onToggle }: FolderBrowserProps) {
  const shown = choose === 'folder' ? entries.filter((entry) => entry.kind === 'folder') : entries;
  return (
    <div className={classes.browser} aria-busy={loading}>
      <Breadcrumb path={path} parent={parent} roots={words.roots} up={words.up} onGo={onGo} />
      <ul className={classes.list} aria-label={words.list} data-loading={loading || undefined}>
        {shown.map((entry) => (
          <EntryRow
            key={entry.path}
            entry={entry}
            selected={selected.has(entry.path)}
            onChoose={() => (entry.kind === 'folder' ? onGo(entry.path) : onToggle(entry.path))}
          />
        ))}
        {shown.length === 0 && !loading && <li className={classes.empty}>{words.empty}</li>}
      </ul>
    </div>
  );
}
