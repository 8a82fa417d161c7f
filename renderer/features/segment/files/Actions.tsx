import { Button, Menu, Select } from '@mantine/core';
import { FolderOpen, MoreHorizontal, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportOf } from '../../../bridge/check';
import { useModels, useStudio } from '../../../stores/bridge-context';
import { usableFor } from '../../../stores/models';
import { notify } from '../../../stores/notices';
import { IconButton } from '../../../ui/IconButton';
import { ExportMenu } from '../export/ExportMenu';
import { useSession } from '../session/context';
import { isActive, neighbour, type PictureEntry } from './use-pictures';
import { useJobActions } from './use-submit';

/** What can be done with the picture that is shown, and with all of them. */
export function Actions({ entry, pictures }: { entry: PictureEntry; pictures: readonly PictureEntry[] }) {
  const { t } = useTranslation('segment');
  const session = useSession();
  const { commands } = useStudio();
  const models = useModels((state) => state.models);
  const { submit, cancel, close } = useJobActions();
  const segmenters = usableFor(models, 'segment');
  const enlargers = usableFor(models, 'upscale');
  const [chosen, setChosen] = useState<string | null>(null);
  const model = segmenters.find(({ id }) => id === chosen) ?? segmenters.find(({ isDefault }) => isDefault) ?? segmenters[0];
  const waiting = pictures.filter(({ job }) => job === undefined || job.state === 'cancelled');
  const { file, job, enlarging } = entry;
  const active = pictures.flatMap((one) => [one.job, one.enlarging]).filter(isActive);
  const running = isActive(job) ? job : isActive(enlarging) ? enlarging : undefined;

  return (
    <>
      <IconButton icon={FolderOpen} label={t('actions.open')} onClick={() => commands.getState().run('open')} />
      {segmenters.length > 1 && (
        <Select size="xs" w={150} aria-label={t('actions.model')} data={segmenters.map(({ id, name }) => ({ value: id, label: name }))} value={model?.id ?? null} onChange={setChosen} allowDeselect={false} />
      )}
      {waiting.length > 1 && model && (
        <Button size="xs" variant="light" onClick={() => waiting.forEach(({ file: { id } }) => void submit(id, 'segment', model.id))}>
          {t('actions.segmentAll', { count: waiting.length })}
        </Button>
      )}
      {active.length > 1 && (
        <Button size="xs" variant="default" onClick={() => active.forEach(({ id }) => void cancel(id))}>
          {t('actions.cancelAll', { count: active.length })}
        </Button>
      )}
      {running ? (
        <Button size="xs" variant="default" onClick={() => void cancel(running.id)}>
          {t('actions.cancel')}
        </Button>
      ) : (
        <>
          {enlargers.length > 0 && (
            <Button size="xs" variant="default" onClick={() => void submit(file.id, 'upscale')}>
              {t('actions.upscale')}
            </Button>
          )}
          <Button size="xs" variant={job?.state === 'done' ? 'default' : 'filled'} disabled={model === undefined} onClick={() => void submit(file.id, 'segment', model?.id)}>
            {t(job?.state === 'done' ? 'actions.again' : 'actions.segment')}
          </Button>
        </>
      )}
      <ExportMenu file={file.name} />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <IconButton icon={MoreHorizontal} label={t('actions.more')} />
        </Menu.Target>
        <Menu.Dropdown>
          {job?.state === 'done' && (
            <Menu.Item leftSection={<RotateCcw size={14} aria-hidden />} onClick={() => void session.reset().catch((error: unknown) => notify('error', reportOf(error).message))}>
              {t('actions.reset')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<X size={14} aria-hidden />} onClick={() => close([file.id], neighbour(pictures, file.id))}>
            {t('actions.close')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
