import { Boxes } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function ModelsScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={Boxes} title={t('screens.models')} />;
}
