import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function LogsScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={ScrollText} title={t('screens.logs')} />;
}
