import { Button, Menu } from '@mantine/core';
import { EllipsisVertical, History, Redo2, RefreshCw, Search as SearchIcon, Undo2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskJob } from '../../../../main/contract/desk';
import { useStudio } from '../../../stores/bridge-context';
import { IconButton } from '../../../ui/IconButton';
import { ScreenHeader } from '../../../ui/ScreenHeader';
import { ConfirmDialog } from '../ConfirmDialog';
import { ExportMenu } from '../export/ExportMenu';
import { Transport } from '../player/Transport';
import { sessionsOf } from '../session/sessions';
import { Timeline } from '../timeline/Timeline';
import { usePeaks } from '../timeline/use-peaks';
import { useViewStore } from '../timeline/use-view';
import { ShownProvider, trackPlace, useSession, useShown, type Shown } from './document-context';
import classes from './Document.module.css';
import { FindBar } from '../search/FindBar';
import { StateNote } from './StateNote';
import { TranscriptList } from './TranscriptList';
import { actionsOf } from './use-actions';
import { useDocumentCommands } from './use-document-commands';
import { useSearch } from '../search/use-search';

/** One recording with its transcript. */
export function DocumentView({ job, onAgain }: { job: DeskJob; onAgain: () => void }) {
  const studio = useStudio();
  const sessions = sessionsOf(studio);
  const session = sessions.of(job);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    sessions.player.load(job.file.id);
    const { place, end } = trackPlace(session, sessions.player);
    setShown({ session, player: sessions.player, place });
    return () => {
      end();
      sessions.player.pause();
      void session.flush();
    };
  }, [sessions, session, job.file.id]);
  if (shown === null || shown.session !== session) return null;
  return (
    <ShownProvider shown={shown}>
      <Body key={job.id} job={job} onAgain={onAgain} />
    </ShownProvider>
  );
}

function Body({ job, onAgain }: { job: DeskJob; onAgain: () => void }) {
  const { t } = useTranslation('transcribe');
  const { session, player } = useShown();
  const { peaks, failed } = usePeaks(job.file.id);
  const unreadable = failed && job.state === 'failed'; // there is nothing to see or hear
  const view = useViewStore(job.file.id);
  const known = useSession((state) => state.model?.duration ?? state.history.present.duration);
  const duration = Math.max(known, peaks?.seconds ?? 0, 0.1);
  const actions = useMemo(() => actionsOf(session, player, view, duration), [session, player, view, duration]);
  const search = useSearch();
  const phase = useSession((state) => state.phase);
  const empty = useSession((state) => state.history.present.segments.length === 0);
  useDocumentCommands(actions, search);
  return (
    <section className={classes.document} aria-label={job.file.name}>
      <ScreenHeader title={t('title')} detail={<span title={job.file.path || job.file.name}>{job.file.name}</span>}>
        <EditButtons name={job.file.name} onFind={() => search.open('find')} onAgain={onAgain} />
        <ExportMenu name={job.file.name} />
      </ScreenHeader>
      {!unreadable && <Timeline file={job.file.id} duration={duration} peaks={peaks} />}
      {!unreadable && <Transport duration={duration} actions={actions} />}
      {search.mode !== null && <FindBar search={search} />}
      <StateNote job={job} empty={empty} />
      {(!empty || phase === 'streaming') && <TranscriptList hits={search.ids} current={search.current} />}
    </section>
  );
}

function EditButtons({ name, onFind, onAgain }: { name: string; onFind: () => void; onAgain: () => void }) {
  const { t } = useTranslation('transcribe');
  const { session } = useShown();
  const canUndo = useSession((state) => state.history.past.length > 0);
  const canRedo = useSession((state) => state.history.future.length > 0);
  const phase = useSession((state) => state.phase);
  const [asking, setAsking] = useState(false);
  const changed = useSession((state) => state.model !== null && state.history.present !== state.model);
  return (
    <>
      <IconButton icon={Undo2} label={t('commands.undo')} disabled={!canUndo} onClick={() => session.undo()} />
      <IconButton icon={Redo2} label={t('commands.redo')} disabled={!canRedo} onClick={() => session.redo()} />
      <IconButton icon={SearchIcon} label={t('commands.find')} disabled={phase !== 'ready'} onClick={onFind} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" px={6} aria-label={t('more')}>
            <EllipsisVertical size={17} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {changed && <Menu.Item leftSection={<History size={14} aria-hidden />} onClick={() => session.revert()}>{t('revert')}</Menu.Item>}
          <Menu.Item leftSection={<RefreshCw size={14} aria-hidden />} disabled={phase === 'streaming' || phase === 'loading'} onClick={() => (changed ? setAsking(true) : onAgain())}>{t('again')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking && <ConfirmDialog kind="again" name={name} onClose={() => setAsking(false)} onConfirm={onAgain} />}
    </>
  );
}
