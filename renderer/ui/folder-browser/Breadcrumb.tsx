import { ArrowUp } from 'lucide-react';
import { IconButton } from '../IconButton';
import classes from './FolderBrowser.module.css';

/** Where the browser is, and the way up: from the topmost folder back to the roots. */
export function Breadcrumb({ path, parent, roots, up, onGo }: { path: string | null; parent: string | null; roots: string; up: string; onGo: (path: string | null) => void }) {
  return (
    <div className={classes.crumb}>
      <IconButton icon={ArrowUp} label={up} disabled={path === null} onClick={() => onGo(parent)} />
      <span className={classes.path} title={path ?? roots}>
        {path === null ? roots : <bdi>{path}</bdi>}
      </span>
    </div>
  );
}
