import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TASKS, type Task } from '../../../main/contract/formats';
import { useFormat } from '../../i18n/format';
import { useModels } from '../../stores/bridge-context';
import { usableFor } from '../../stores/models';
import { NumberField } from '../../ui/NumberField';
import { Group, Setting } from './Setting';
import { useSetting } from './use-setting';

const AUTOMATIC = '';

/** What is used where nothing else is chosen. */
export function Defaults() {
  const { t } = useTranslation(['settings', 'common']);
  const format = useFormat();
  const { settings, change } = useSetting();
  const models = useModels((state) => state.models);

  function choose(task: Task, model: string | null) {
    const models = { ...settings.models };
    if (model === null || model === AUTOMATIC) delete models[task];
    else models[task] = model;
    change({ models });
  }

  return (
    <Group title={t('defaults')}>
      {TASKS.map((task) => {
        const usable = usableFor(models, task);
        return (
          <Setting key={task} id={`model-${task}`} label={t('modelFor', { task: t(`common:tasks.${task}`) })}>
            <Select
              id={`model-${task}`}
              disabled={usable.length === 0}
              value={usable.some((model) => model.id === settings.models[task]) ? (settings.models[task] ?? AUTOMATIC) : AUTOMATIC}
              onChange={(model) => choose(task, model)}
              data={[{ value: AUTOMATIC, label: t(usable.length === 0 ? 'noModel' : 'modelAutomatic') }, ...usable.map((model) => ({ value: model.id, label: model.name }))]}
            />
          </Setting>
        );
      })}
      <Setting id="micrometres" label={t('micrometres')} hint={t('micrometresHint')}>
        <NumberField
          id="micrometres"
          value={settings.micrometresPerPixel}
          min={0}
          decimalScale={6}
          decimalSeparator={format.decimal}
          placeholder={t('pixels')}
          onChange={(value) => change({ micrometresPerPixel: value !== null && value > 0 ? value : null })}
        />
      </Setting>
    </Group>
  );
}
