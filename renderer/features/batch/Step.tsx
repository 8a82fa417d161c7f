import type { ReactNode } from 'react';
import classes from './NewBatch.module.css';

/** One numbered step of the form. */
export function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  const id = `batch-step-${number}`;
  return (
    <section className={classes.step} aria-labelledby={id}>
      <div className={classes.number} aria-hidden>{number}</div>
      <div className={classes.stepBody}>
        <h2 className={classes.stepTitle} id={id}>{title}</h2>
        {children}
      </div>
    </section>
  );
}
