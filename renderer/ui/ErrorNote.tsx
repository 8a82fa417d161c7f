import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './ErrorNote.module.css';

/** An error in its place: what happened, what to do, and the program's own words for those who want them. */
export function ErrorNote({ title, advice, detail, children }: { title: string; advice?: string; detail?: string; children?: ReactNode }) {
  return (
    <div className={classes.note} role="alert">
      <TriangleAlert size={18} aria-hidden className={classes.icon} />
      <div className={classes.body}>
        <strong>{title}</strong>
        {advice !== undefined && advice !== '' && <p>{advice}</p>}
        {detail !== undefined && detail !== '' && detail !== title && <p className={classes.detail}>{detail}</p>}
        {children !== undefined && <div className={classes.actions}>{children}</div>}
      </div>
    </div>
  );
}
