import { Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function SettingsScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={Settings} title={t('screens.settings')} />;
}
