import { Button, Loader, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportOf } from '../../../bridge/check';
import { useErrorText } from '../../../i18n/errors';
import { useFormat } from '../../../i18n/format';
import { useSettings } from '../../../stores/bridge-context';
import { notify } from '../../../stores/notices';
import { saveFile } from '../../../stores/save-file';
import { useCommand } from '../../../stores/use-command';
import { useSegment, useSession } from '../session/context';
import { EXPORT_FORMATS, exportName, type ExportFormat } from './formats';
import { runExport } from './run-export';

/** Saves what is shown, corrections included. */
export function ExportMenu({ file }: { file: string }) {
  const { t } = useTranslation('segment');
  const errorText = useErrorText();
  const numbers = useFormat();
  const session = useSession();
  const ready = useSegment((state) => state.document !== null && state.picture !== null);
  const enlarged = useSegment((state) => state.enlarged);
  const micrometres = useSettings((state) => state.settings.micrometresPerPixel);
  const [opened, setOpened] = useState(false);
  const [fraction, setFraction] = useState<number | null>(null);
  const stop = useRef<AbortController>(null);
  useCommand('export', () => setOpened(true), ready || enlarged !== null);

  const save = async (format: ExportFormat | 'all') => {
    stop.current = new AbortController();
    setFraction(0);
    try {
      await runExport(session.state, file, format, micrometres, stop.current.signal, setFraction);
    } catch (error) {
      if (stop.current.signal.aborted) return;
      const { title, advice } = errorText(reportOf(error));
      notify('error', title, { detail: advice });
    } finally {
      setFraction(null);
    }
  };

  if (fraction !== null) {
    return (
      <Button size="xs" variant="default" leftSection={<Loader size={13} color="currentColor" />} onClick={() => stop.current?.abort()}>
        {fraction > 0 ? t('export.running', { percent: numbers.progress(fraction) }) : t('export.begun')}
      </Button>
    );
  }
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" disabled={!ready && enlarged === null} leftSection={<Download size={15} aria-hidden />}>
          {t('export.title')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ready &&
          EXPORT_FORMATS.map((format) => (
            <Menu.Item key={format} data-format={format} onClick={() => void save(format)}>
              {t(`export.${format}`)}
            </Menu.Item>
          ))}
        {ready && <Menu.Divider />}
        {ready && (
          <Menu.Item data-format="all" onClick={() => void save('all')}>
            {t('export.all')}
          </Menu.Item>
        )}
        {enlarged && (
          <Menu.Item data-format="upscaled" onClick={() => saveFile(exportName(file, '.upscaled.png'), enlarged.blob)}>
            {t('export.upscaled')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
