import { Button, Radio, Select, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { batchSpec, type BatchSpec } from '../../../main/contract/batch';
import { useSettings } from '../../stores/bridge-context';
import { ChooseDialog } from './ChooseDialog';
import classes from './NewBatch.module.css';
import { Preview } from './Preview';
import { Step } from './Step';
import { useDraft } from './use-batches';
import { useChoose } from './use-choose';

const PLACEHOLDERS = ['dir', 'name', 'ext', 'task', 'model', 'index', 'date'];
const EXISTING = batchSpec.shape.existing.options;
const COLLISIONS = batchSpec.shape.collisions.unwrap().options;

/** Where results go, how they are called, and what happens where a name is taken. */
export function StepWhere() {
  const { t } = useTranslation('batch');
  const { draft, change } = useDraft((state) => state);
  const offered = useSettings((state) => state.settings.outputFolder);
  const { wanted, choose, close } = useChoose(([outDir]) => outDir !== undefined && change({ outDir }));
  const template = useRef<HTMLInputElement>(null);

  function insert(placeholder: string) {
    const { selectionStart, selectionEnd } = template.current ?? {};
    const [start, end] = [selectionStart ?? draft.template.length, selectionEnd ?? draft.template.length];
    change({ template: `${draft.template.slice(0, start)}{${placeholder}}${draft.template.slice(end)}` });
    template.current?.focus();
  }

  return (
    <Step number={3} title={t('where.title')}>
      <Radio.Group aria-label={t('where.folder')} value={draft.outDir === null ? 'beside' : 'folder'} onChange={(value) => (value === 'beside' ? change({ outDir: null }) : offered === null ? choose('folder') : change({ outDir: offered }))}>
        <div className={classes.radios}>
          <Radio size="xs" value="beside" label={t('where.beside')} />
          <Radio size="xs" value="folder" label={t('where.inFolder')} />
          {draft.outDir !== null && (
            <div className={classes.outDir}>
              <span className={classes.path} title={draft.outDir}><bdi>{draft.outDir}</bdi></span>
              <Button variant="default" size="compact-xs" onClick={() => choose('folder')}>{t('where.change')}</Button>
            </div>
          )}
        </div>
      </Radio.Group>
      <div>
        <TextInput ref={template} className={classes.field} label={t('where.template')} value={draft.template} spellCheck={false} onChange={(event) => change({ template: event.currentTarget.value })} />
        <div className={classes.chips} role="group" aria-label={t('where.placeholders')}>
          {PLACEHOLDERS.map((name) => (
            <button key={name} type="button" className={classes.chip} title={t(`where.about.${name}`)} onClick={() => insert(name)}>{`{${name}}`}</button>
          ))}
        </div>
      </div>
      <Select className={classes.field} label={t('where.existing')} value={draft.existing} onChange={(existing) => change({ existing: existing as BatchSpec['existing'] })} data={EXISTING.map((value) => ({ value, label: t(`existing.${value}`) }))} />
      <Select className={classes.field} label={t('where.collisions')} value={draft.collisions ?? 'number'} onChange={(collisions) => change({ collisions: collisions as BatchSpec['collisions'] })} data={COLLISIONS.map((value) => ({ value, label: t(`collisions.${value}`) }))} />
      <Preview />
      {wanted !== null && <ChooseDialog wanted="folder" title={t('where.folder')} onClose={close} onChosen={([outDir]) => outDir !== undefined && change({ outDir })} />}
    </Step>
  );
}
