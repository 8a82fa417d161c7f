import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFiles, useJobs } from '../../stores/bridge-context';
import { ScreenHeader } from '../../ui/ScreenHeader';
import { Actions } from './files/Actions';
import { Strip } from './files/Strip';
import { useAutoRun } from './files/use-auto-run';
import { usePictures } from './files/use-pictures';
import { NoPictures } from './files/NoPictures';
import { SidePanel } from './panels/SidePanel';
import { useSession } from './session/context';
import { Stage } from './stage/Stage';
import classes from './SegmentScreen.module.css';

/** Pictures: segment them, look at the result, correct it, save it. */
export function SegmentScreen() {
  const { t } = useTranslation('segment');
  const session = useSession();
  const pictures = usePictures();
  const loaded = useJobs((state) => state.loaded);
  const wanted = useFiles((state) => state.selected.image);
  const current = pictures.find(({ file }) => file.id === wanted) ?? pictures[0];
  const file = current?.file.id ?? null;
  const job = current?.job?.state === 'done' ? current.job.id : null;
  const enlarged = current?.enlarging?.state === 'done' ? current.enlarging.id : null;

  useEffect(() => void session.openFile(file), [session, file]);
  useEffect(() => {
    if (job === null) session.closeResult();
    else void session.openResult(job);
  }, [session, job, file]);
  useEffect(() => {
    if (enlarged !== null) void session.openEnlarged(enlarged);
  }, [session, enlarged, file]);
  useAutoRun(pictures, loaded);

  if (current === undefined) return <NoPictures />;
  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')} detail={current.file.name}>
        <Actions entry={current} pictures={pictures} />
      </ScreenHeader>
      <div className={classes.work}>
        <Stage entry={current} />
        <SidePanel entry={current} />
      </div>
      <Strip pictures={pictures} current={current.file.id} />
    </div>
  );
}
