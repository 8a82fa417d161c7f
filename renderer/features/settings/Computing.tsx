import { Select, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DEVICES, type Device } from '../../../main/contract/job';
import { useConnection } from '../../stores/bridge-context';
import { NumberField } from '../../ui/NumberField';
import { Group, Setting } from './Setting';
import { useSetting } from './use-setting';

const MOST_THREADS = 256;

export function Computing() {
  const { t } = useTranslation(['settings', 'common']);
  const { settings, change } = useSetting();
  const info = useConnection((state) => state.info);
  const native = info === null ? '' : info.native.available ? t('nativeHere', { isa: info.native.isa }) : t('nativeMissing', { reason: info.native.reason });
  return (
    <Group title={t('computing')}>
      <Setting id="device" label={t('device')} hint={`${t(`deviceHints.${settings.device}`)} ${native}`}>
        <Select id="device" value={settings.device} onChange={(device) => change({ device: device as Device })} data={DEVICES.map((value) => ({ value, label: t(`common:devices.${value}`) }))} />
      </Setting>
      <Setting id="threads" label={t('threads')} hint={t('threadsHint', { count: info?.cores ?? 1 })}>
        <NumberField
          id="threads"
          value={settings.threads}
          min={0}
          max={MOST_THREADS}
          clampBehavior="strict"
          allowDecimal={false}
          onChange={(value) => value !== null && change({ threads: value })}
        />
      </Setting>
      <Setting id="language-model" label={t('languageModel')} hint={t('languageModelHint')}>
        <Switch id="language-model" checked={settings.languageModel} onChange={(event) => change({ languageModel: event.currentTarget.checked })} />
      </Setting>
      <Setting id="keep-awake" label={t('keepAwake')} hint={t('keepAwakeHint')}>
        <Switch id="keep-awake" checked={settings.keepAwake} onChange={(event) => change({ keepAwake: event.currentTarget.checked })} />
      </Setting>
    </Group>
  );
}
