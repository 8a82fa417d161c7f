import { SegmentedControl, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Settings } from '../../../main/contract/settings';
import { Group, Setting } from './Setting';
import { useSetting } from './use-setting';

const OWN_NAMES = { en: 'English', es: 'Español', de: 'Deutsch', zh: '简体中文' };

export function Appearance() {
  const { t } = useTranslation('settings');
  const { settings, change } = useSetting();
  return (
    <Group title={t('appearance')}>
      <Setting id="theme" label={t('theme')}>
        <SegmentedControl
          id="theme"
          aria-labelledby="theme-label"
          value={settings.theme}
          onChange={(theme) => change({ theme: theme as Settings['theme'] })}
          data={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`themes.${value}`) }))}
        />
      </Setting>
      <Setting id="language" label={t('language')}>
        <Select
          id="language"
          value={settings.language}
          onChange={(language) => change({ language: language as Settings['language'] })}
          data={[{ value: 'system', label: t('languageSystem') }, ...LANGUAGES.map((value) => ({ value, label: OWN_NAMES[value] }))]}
        />
      </Setting>
    </Group>
  );
}
