import { Button, Modal } from '@mantine/core';
import { AudioLines, Layers, Lock, ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OpenedFile } from '../../main/contract/media';
import { reportOf } from '../bridge/check';
import { useFiles, useSettings } from '../stores/bridge-context';
import { notify } from '../stores/notices';
import { Mark } from '../ui/Mark';
import { useOpenFiles } from '../stores/use-open-files';
import classes from './Welcome.module.css';

const POINTS = [
  { name: 'segment', icon: ScanSearch },
  { name: 'transcribe', icon: AudioLines },
  { name: 'batch', icon: Layers },
  { name: 'private', icon: Lock },
] as const;

/** Greets once, whoever brings no files: what this is, that nothing leaves the machine, and a first thing to try. */
export function Welcome() {
  const { t } = useTranslation();
  const { settings, loaded, set } = useSettings();
  const demos = useFiles((state) => state.demos);
  const add = useFiles((state) => state.add);
  const empty = useFiles((state) => state.files.length === 0);
  const { show } = useOpenFiles();
  const image = demos?.find((file) => file.kind === 'image');
  const sound = demos?.find((file) => file.kind === 'audio');

  function close() {
    set({ welcomed: true }).catch((error: unknown) => notify('error', reportOf(error).message));
  }

  function start(file: OpenedFile) {
    const result = { files: [file], rejected: [] };
    add(result);
    show(result);
    close();
  }

  return (
    <Modal.Root opened={loaded && demos !== null && empty && !settings.welcomed} onClose={close} onExitTransitionEnd={() => document.getElementById('screen')?.focus()} size={640} centered>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content className={classes.welcome}>
        <Mark className={classes.mark} />
        <Modal.Title className={classes.title}>{t('welcome.title')}</Modal.Title>
        <p className={classes.lead}>{t('welcome.lead')}</p>
        <ul className={classes.points}>
          {POINTS.map(({ name, icon: Icon }) => (
            <li key={name}>
              <Icon size={18} strokeWidth={1.75} aria-hidden />
              <div>
                <strong>{t(`welcome.${name}.title`)}</strong>
                <p>{t(`welcome.${name}.text`)}</p>
              </div>
            </li>
          ))}
        </ul>
        <div className={classes.actions}>
          {image !== undefined && <Button size="sm" onClick={() => start(image)}>{t('welcome.tryImage')}</Button>}
          {sound !== undefined && <Button size="sm" variant="default" onClick={() => start(sound)}>{t('welcome.trySound')}</Button>}
          <Button size="sm" variant="subtle" color="gray" onClick={close}>{t('welcome.skip')}</Button>
        </div>
        <p className={classes.hint}>{t('welcome.hint')}</p>
      </Modal.Content>
    </Modal.Root>
  );
}
