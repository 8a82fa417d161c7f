import { Button, Menu } from '@mantine/core';
import { Check, ClipboardCopy, Download, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatsOf, suffixesOf, type TranscribeFormat } from '../../../../main/contract/formats';
import { toTxt } from '../../../../models/tasks/transcribe/subtitles';
import { reportOf } from '../../../bridge/check';
import { notify } from '../../../stores/notices';
import { saveFile } from '../../../stores/save-file';
import { useCommand } from '../../../stores/use-command';
import { useSession, useShown } from '../document/document-context';
import { toTranscript } from '../edit/document';
import { writeTranscript } from './write';
import classes from './ExportMenu.module.css';

/** Writes the transcript as it is edited now; and whether the edits are saved. */
export function ExportMenu({ name }: { name: string }) {
  const { t } = useTranslation('transcribe');
  const { session } = useShown();
  const ready = useSession((state) => state.phase === 'ready');
  const saving = useSession((state) => state.saving);
  const edited = useSession((state) => state.model !== null && state.history.present !== state.model);
  const [opened, setOpened] = useState(false);
  const stem = name.replace(/\.[^.]+$/, '') || name;
  useCommand('export', () => setOpened(true), ready);
  useCommand('save', () => void session.flush(), ready);

  async function save(format: TranscribeFormat) {
    try {
      saveFile(stem + suffixesOf('transcribe', format)[0]!, await writeTranscript(toTranscript(session.document), format, stem));
    } catch (error) {
      notify('error', t('export.failed'), { detail: reportOf(error).message });
    }
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(toTxt(toTranscript(session.document)));
      notify('success', t('export.copied'));
    } catch {
      notify('error', t('export.noClipboard'));
    }
  }

  return (
    <>
      {edited && (
        <span className={classes.saved} role="status" data-saving={saving}>
          {saving === 'failed' ? <TriangleAlert size={14} aria-hidden /> : <Check size={14} aria-hidden />}
          {t(`saving.${saving}`)}
        </span>
      )}
      <Menu opened={opened} onChange={setOpened} position="bottom-end">
        <Menu.Target>
          <Button leftSection={<Download size={14} aria-hidden />} disabled={!ready}>{t('export.title')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(formatsOf('transcribe') as TranscribeFormat[]).map((format) => (
            <Menu.Item key={format} onClick={() => void save(format)} rightSection={<span className={classes.suffix}>{suffixesOf('transcribe', format)[0]}</span>}>
              {t(`export.${format}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<ClipboardCopy size={14} aria-hidden />} onClick={() => void copy()}>{t('export.copy')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
