import type { ReactNode } from 'react';
import classes from './SettingsScreen.module.css';

/** One setting: its name and what it does at the left, the control at the right. `id` ties the words to the control. */
export function Setting({ id, label, hint, children }: { id: string; label: string; hint?: string; children: ReactNode }) {
  return (
    <div className={classes.setting}>
      <div>
        <label htmlFor={id} id={`${id}-label`} className={classes.label}>{label}</label>
        {hint !== undefined && <p id={`${id}-hint`} className={classes.hint}>{hint}</p>}
      </div>
      <div className={classes.control}>{children}</div>
    </div>
  );
}

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.group}>
      <h2 className={classes.heading}>{title}</h2>
      <div className={classes.card}>{children}</div>
    </section>
  );
}
