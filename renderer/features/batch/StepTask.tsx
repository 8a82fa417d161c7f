import { Checkbox, SegmentedControl, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatsOf, suffixesOf, TASKS, type Task } from '../../../main/contract/formats';
import { useModels, useSettings } from '../../stores/bridge-context';
import { usableFor } from '../../stores/models';
import classes from './NewBatch.module.css';
import { Step } from './Step';
import { useDraft } from './use-batches';

/** What is done with each file, by which model, and what is written. */
export function StepTask() {
  const { t } = useTranslation(['batch', 'common']);
  const { draft, setTask, change, toggleFormat } = useDraft((state) => state);
  const models = useModels((state) => state.models);
  const preferred = useSettings((state) => state.settings.models[draft.task]);
  const usable = usableFor(models, draft.task);
  const byDefault = usable.find((model) => model.id === preferred) ?? usable.find((model) => model.isDefault);
  const formats = formatsOf(draft.task);
  return (
    <Step number={2} title={t('task.title')}>
      <SegmentedControl
        aria-label={t('task.task')}
        value={draft.task}
        onChange={(task) => setTask(task as Task)}
        data={TASKS.map((task) => ({ value: task, label: t(`common:tasks.${task}`) }))}
      />
      <Select
        className={classes.field}
        label={t('task.model')}
        placeholder={usable.length === 0 ? t('task.noModel') : t('task.defaultModel')}
        disabled={usable.length === 0}
        value={draft.model ?? byDefault?.id ?? null}
        onChange={(model) => change({ model: model ?? undefined })}
        data={usable.map((model) => ({ value: model.id, label: model.name }))}
      />
      <Checkbox.Group label={t('task.formats')} value={draft.formats} error={draft.formats.length === 0 ? t('task.noFormat') : undefined}>
        <div className={classes.formats}>
          {formats.map((format) => (
            <Checkbox key={format} value={format} label={<FormatLabel name={t([`formats.${draft.task}-${format}`, `formats.${format}`], { defaultValue: format })} suffix={suffixesOf(draft.task, format).join(' ')} />} onChange={() => toggleFormat(format, formats)} />
          ))}
        </div>
      </Checkbox.Group>
    </Step>
  );
}

function FormatLabel({ name, suffix }: { name: string; suffix: string }) {
  return (
    <>
      {name} <span className={classes.suffix}>{suffix}</span>
    </>
  );
}
