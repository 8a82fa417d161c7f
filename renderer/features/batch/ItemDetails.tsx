import { Button } from '@mantine/core';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BatchInfo, BatchItem } from '../../../main/contract/batch';
import { resource } from '../../../main/contract/resources';
import { useErrorText } from '../../i18n/errors';
import { useBridge, useConnection } from '../../stores/bridge-context';
import { IconButton } from '../../ui/IconButton';
import classes from './ItemTable.module.css';
import { nameOf } from './paths';
import { useBatchActions } from './use-batch-actions';

/** All about the chosen file: where it is, what came of it, what went wrong and what to do. */
export function ItemDetails({ batch, item, onClose }: { batch: BatchInfo; item: BatchItem; onClose: () => void }) {
  const { t } = useTranslation(['batch', 'common']);
  const bridge = useBridge();
  const errorText = useErrorText();
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const { open, reveal } = useBatchActions(batch);
  const error = item.error === null ? null : errorText(item.error);
  return (
    <section className={classes.details} aria-label={t('details.label', { name: nameOf(item.input) })}>
      <div className={classes.detailsHead}>
        <h3 className={classes.detailsTitle}>{nameOf(item.input)}</h3>
        <Button size="compact-xs" variant="default" onClick={() => open(item.input)}>{t('details.open')}</Button>
        {systemDialogs && <Button size="compact-xs" variant="default" onClick={() => reveal(item.input)}>{t('details.showInput')}</Button>}
        {systemDialogs && item.outputs[0] !== undefined && <Button size="compact-xs" variant="default" onClick={() => reveal(item.outputs[0]!)}>{t('details.showOutput')}</Button>}
        <IconButton icon={X} size={26} label={t('common:close')} onClick={onClose} />
      </div>
      {batch.spec.tasks.length > 1 && <p className={classes.task}>{t(`common:tasks.${item.task}`)}</p>}
      <p className={classes.path}>{item.input}</p>
      {error !== null && (
        <>
          <p className={classes.error}>
            <strong>{error.title}</strong> <code>{item.error!.code}</code>
          </p>
          {error.advice !== '' && <p>{error.advice}</p>}
          <p className={classes.path}>{error.detail}</p>
        </>
      )}
      {item.outputs.length > 0 && (
        <ul className={classes.outputs} aria-label={t('details.outputs')}>
          {item.outputs.map((output, number) => (
            <li key={output} className={classes.output}>
              <span className={classes.path}>{output}</span>
              {!systemDialogs && (
                <a className={classes.save} href={bridge.url(resource.output(batch.id, item.index, number))} download={nameOf(output)} aria-label={t('details.saveOutput', { name: nameOf(output) })}>
                  {t('details.save')}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
