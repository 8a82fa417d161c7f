import { AudioLines } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/EmptyState';

export function TranscribeScreen() {
  const { t } = useTranslation();
  return <EmptyState icon={AudioLines} title={t('screens.transcribe')} />;
}
