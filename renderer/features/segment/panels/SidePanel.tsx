import { useTranslation } from 'react-i18next';
import type { PictureEntry } from '../files/use-pictures';
import { useSegment } from '../session/context';
import { ClassPanel } from './ClassPanel';
import { InstancePanel } from './InstancePanel';
import { LookPanel } from './LookPanel';
import classes from './SidePanel.module.css';

/** Classes, instances and looks of the result. */
export function SidePanel({ entry: { job } }: { entry: PictureEntry }) {
  const { t } = useTranslation('segment');
  const ready = useSegment((state) => state.document !== null);
  return (
    <aside className={classes.panel} aria-label={t('panel.label')}>
      {ready ? (
        <>
          <LookPanel />
          <ClassPanel />
          <InstancePanel />
        </>
      ) : (
        <p className={classes.none}>{t(job?.state === 'failed' ? 'panel.failed' : job?.state === 'running' || job?.state === 'queued' ? 'panel.running' : 'panel.none')}</p>
      )}
    </aside>
  );
}
