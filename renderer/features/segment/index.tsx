import { ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function SegmentScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={ScanSearch} title={t('screens.segment')} />;
}
