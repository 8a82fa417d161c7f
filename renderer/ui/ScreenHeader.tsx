import type { ReactNode } from 'react';
import classes from './ScreenHeader.module.css';

/** The bar on top of a screen: its name, what it shows now, and its actions at the right. */
export function ScreenHeader({ title, detail, children }: { title: string; detail?: ReactNode; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <h1 className={classes.title}>{title}</h1>
      {detail !== undefined && <div className={classes.detail}>{detail}</div>}
      <div className={classes.actions}>{children}</div>
    </header>
  );
}
