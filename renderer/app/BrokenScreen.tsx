import { Button } from '@mantine/core';
import { HeartCrack } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBridge } from '../stores/bridge-context';
import { notify } from '../stores/notices';
import { EmptyState } from '../ui/EmptyState';
import { describe } from './report-errors';

export function BrokenScreen({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const bridge = useBridge();

  async function copy() {
    const more = await bridge.call('logs.diagnostics', {}).then(({ text }) => text, () => '');
    await navigator.clipboard.writeText(`${describe(error)}\n\n${more}`);
    notify('success', t('copied'));
  }

  return (
    <EmptyState
      icon={HeartCrack}
      title={t('broken.title')}
      actions={
        <>
          <Button onClick={onRetry}>{t('broken.retry')}</Button>
          <Button variant="default" onClick={() => location.reload()}>{t('broken.reload')}</Button>
          <Button variant="default" onClick={() => void copy()}>{t('broken.copy')}</Button>
        </>
      }
    >
      <p>{t('broken.text')}</p>
      <code>{error instanceof Error ? error.message : String(error)}</code>
    </EmptyState>
  );
}
