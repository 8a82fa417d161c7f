import { Layers } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function BatchScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={Layers} title={t('screens.batch')} />;
}
