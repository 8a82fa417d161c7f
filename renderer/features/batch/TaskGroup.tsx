import { Checkbox, Select } from '@mantine/core';
import { AudioLines, Image } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatsOf, INPUT_KINDS, suffixesOf, TASKS, type MediaKind, type Task } from '../../../main/contract/formats';
import { useFormat } from '../../i18n/format';
import { useModels, useSettings } from '../../stores/bridge-context';
import { usableFor } from '../../stores/models';
import { countOf } from './draft-store';
import classes from './NewBatch.module.css';
import { useDraft } from './use-batches';

const ICONS = { image: Image, audio: AudioLines };
const NOTHING = 'nothing';

/** What is done with the files of a kind, by which model, and what is written. Where there are none, only that is said. */
export function TaskGroup({ kind }: { kind: MediaKind }) {
  const { t } = useTranslation(['batch', 'common']);
  const format = useFormat();
  const { draft, preview, setTask } = useDraft((state) => state);
  const chosen = draft.tasks[kind];
  const shared = chosen !== null && draft.tasks.image === draft.tasks.audio;
  const count = chosen === null || shared ? undefined : countOf(preview, draft, chosen.task);
  const Icon = ICONS[kind];
  const id = `batch-task-${kind}`;
  const tasks = TASKS.filter((task) => INPUT_KINDS[task].includes(kind));
  return (
    <div className={classes.group} role="group" aria-labelledby={id}>
      <div className={classes.groupHead}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
        <h3 className={classes.groupTitle} id={id}>{t(`kinds.${kind}`)}</h3>
        {count !== undefined && <span className={classes.muted}>{count === 0 ? t('task.noneFound') : format.number(count)}</span>}
      </div>
      {count !== 0 && (
        <div className={classes.pair}>
          <Select
            label={t('task.task')}
            value={chosen?.task ?? NOTHING}
            onChange={(task) => setTask(kind, task === NOTHING ? null : (task as Task))}
            data={[...tasks.map((task) => ({ value: task, label: t(`common:tasks.${task}`) })), { value: NOTHING, label: t('task.nothing') }]}
          />
          {chosen !== null && (shared && kind === 'audio' ? <p className={classes.together}>{t('task.together')}</p> : <ModelSelect kind={kind} task={chosen.task} model={chosen.model} />)}
        </div>
      )}
      {count !== 0 && chosen !== null && !(shared && kind === 'audio') && <Formats kind={kind} task={chosen.task} value={chosen.formats} />}
    </div>
  );
}

function ModelSelect({ kind, task, model }: { kind: MediaKind; task: Task; model: string | undefined }) {
  const { t } = useTranslation('batch');
  const setModel = useDraft((state) => state.setModel);
  const usable = usableFor(useModels((state) => state.models), task);
  const preferred = useSettings((state) => state.settings.models[task]);
  const byDefault = usable.find((one) => one.id === preferred) ?? usable.find((one) => one.isDefault);
  return (
    <Select
      label={t('task.model')}
      placeholder={usable.length === 0 ? t('task.noModel') : t('task.defaultModel')}
      disabled={usable.length === 0}
      value={model ?? byDefault?.id ?? null}
      onChange={(id) => id !== null && setModel(kind, id)}
      data={usable.map((one) => ({ value: one.id, label: one.name }))}
    />
  );
}

function Formats({ kind, task, value }: { kind: MediaKind; task: Task; value: readonly string[] }) {
  const { t } = useTranslation('batch');
  const toggle = useDraft((state) => state.toggleFormat);
  return (
    <Checkbox.Group label={t('task.formats')} value={[...value]} error={value.length === 0 ? t('task.noFormat') : undefined}>
      <div className={classes.formats}>
        {formatsOf(task).map((format) => (
          <Checkbox key={format} value={format} label={<FormatLabel name={t([`formats.${task}-${format}`, `formats.${format}`], { defaultValue: format })} suffix={suffixesOf(task, format).join(' ')} />} onChange={() => toggle(kind, format)} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function FormatLabel({ name, suffix }: { name: string; suffix: string }) {
  return (
    <>
      {name} <span className={classes.suffix}>{suffix}</span>
    </>
  );
}
