import type { ReactNode } from 'react';
import type { ModelEntry } from '../../../main/contract/library';
import { ModelRow, type RowActions } from './ModelRow';
import classes from './ModelsScreen.module.css';

interface Props extends RowActions {
  title: string;
  note: ReactNode;
  models: readonly ModelEntry[];
}

export function ModelGroup({ title, note, models, ...actions }: Props) {
  return (
    <section className={classes.group}>
      <h2 className={classes.heading}>
        {title} <span>{models.length}</span>
      </h2>
      {models.length === 0 ? (
        <p className={classes.note}>{note}</p>
      ) : (
        <ul className={classes.list}>
          {models.map((model) => <ModelRow key={model.id} model={model} {...actions} />)}
        </ul>
      )}
    </section>
  );
}
