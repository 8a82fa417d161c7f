import type { ReactNode } from 'react';
import type { ModelEntry } from '../../../main/contract/library';
import { ModelRow } from './ModelRow';
import classes from './ModelsScreen.module.css';

interface Props {
  title: string;
  note: ReactNode;
  models: readonly ModelEntry[];
  onDetails: (id: string) => void;
  onTry: (id: string) => void;
  onRemove: (id: string) => void;
}

export function ModelGroup({ title, note, models, onDetails, onTry, onRemove }: Props) {
  return (
    <section className={classes.group}>
      <h2 className={classes.heading}>
        {title} <span>{models.length}</span>
      </h2>
      {models.length === 0 ? (
        <p className={classes.note}>{note}</p>
      ) : (
        <ul className={classes.list}>
          {models.map((model) => (
            <ModelRow key={model.id} model={model} onDetails={() => onDetails(model.id)} onTry={() => onTry(model.id)} onRemove={() => onRemove(model.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}
