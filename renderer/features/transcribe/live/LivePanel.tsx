import { Button, Select } from '@mantine/core';
import { Mic, Pause, Play, Square, Trash2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DeskJob } from '../../../../main/contract/desk';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ScreenHeader } from '../../../ui/ScreenHeader';
import { textOf } from '../edit/document';
import { ConfirmDialog } from '../ConfirmDialog';
import classes from './LivePanel.module.css';
import type { LiveStore } from './live-store';
import { listMicrophones } from './microphone';

const SLOW = 5; // seconds of backlog that are worth a word
const WORTH = 5; // seconds of speech that are not thrown away by one click

/** Speaking: the text as it is recognised, its end still changing; then it becomes a recording like any other. */
export function LivePanel({ live, onDone, onClose }: { live: LiveStore; onDone: (job: DeskJob) => void; onClose: () => void }) {
  const { t } = useTranslation('transcribe');
  const phase = useStore(live.store, (state) => state.phase);
  const device = useStore(live.store, (state) => state.device);
  const problem = useStore(live.store, (state) => state.problem);
  const [devices, setDevices] = useState<{ id: string; label: string }[]>([]);
  const [asking, setAsking] = useState<string | null>(null); // the time that would be lost
  const idle = phase === 'idle';

  useEffect(() => {
    const list = () => void listMicrophones().then(setDevices, () => setDevices([]));
    list();
    navigator.mediaDevices?.addEventListener('devicechange', list);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', list);
  }, [phase]);

  async function stop() {
    const job = await live.stop();
    if (job !== null) onDone(job);
  }

  function leave() {
    const { heard } = live.store.getState();
    if (phase !== 'idle' && heard >= WORTH) setAsking(readingClock(heard, heard));
    else void discard();
  }

  async function discard() {
    await live.discard();
    onClose();
  }

  return (
    <section className={classes.panel} aria-label={t('live.title')}>
      <ScreenHeader title={t('live.title')} detail={t('live.detail')}>
        <Button variant="subtle" color="gray" leftSection={idle ? <X size={14} aria-hidden /> : <Trash2 size={14} aria-hidden />} onClick={leave}>{t(idle ? 'live.close' : 'live.discard')}</Button>
      </ScreenHeader>
      <div className={classes.bar}>
        {idle || phase === 'starting' ? (
          <Button color="second" loading={phase === 'starting'} leftSection={<Mic size={14} aria-hidden />} onClick={() => void live.start()}>{t('live.start')}</Button>
        ) : (
          <>
            <Button color="second" loading={phase === 'stopping'} leftSection={<Square size={13} aria-hidden />} onClick={() => void stop()}>{t('live.stop')}</Button>
            <Button
              variant="default"
              disabled={phase === 'stopping'}
              leftSection={phase === 'paused' ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
              onClick={() => live.pause(phase !== 'paused')}
            >
              {t(phase === 'paused' ? 'live.resume' : 'live.pause')}
            </Button>
          </>
        )}
        <Clock live={live} />
        <Level live={live} />
        <Select
          className={classes.device}
          aria-label={t('live.device')}
          placeholder={t('live.anyDevice')}
          disabled={!idle}
          value={devices.some(({ id }) => id === device) ? device : null}
          data={devices.map(({ id, label }, i) => ({ value: id, label: label || t('live.numbered', { number: i + 1 }) }))}
          onChange={live.choose}
        />
      </div>
      {problem !== null && (
        <div className={classes.problem}>
          <ErrorNote title={t(`live.problems.${problem.kind}.title`)} advice={t(`live.problems.${problem.kind}.advice`)} detail={problem.message}>
            <Button onClick={() => void live.start()} disabled={!idle}>{t('retry')}</Button>
          </ErrorNote>
        </div>
      )}
      {asking !== null && <ConfirmDialog kind="discard" name={asking} onClose={() => setAsking(null)} onConfirm={() => void discard()} />}
      <Behind live={live} />
      <LiveText live={live} />
    </section>
  );
}

function Clock({ live }: { live: LiveStore }) {
  const heard = useStore(live.store, (state) => Math.floor(state.heard * 10) / 10);
  const on = useStore(live.store, (state) => state.phase === 'recording');
  return <span className={classes.clock} role="timer" data-on={on || undefined}>{readingClock(heard, heard, true)}</span>;
}

function Behind({ live }: { live: LiveStore }) {
  const { t } = useTranslation('transcribe');
  const behind = useStore(live.store, (state) => Math.round(state.behind));
  return behind > SLOW && <p className={classes.slow} role="status">{t('live.behind', { seconds: behind })}</p>;
}

function Level({ live }: { live: LiveStore }) {
  const { t } = useTranslation('transcribe');
  const level = useStore(live.store, (state) => state.level);
  return (
    <span className={classes.level} role="meter" aria-label={t('live.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 100)} data-loud={level > 0.95 || undefined}>
      <span style={{ transform: `scaleX(${level})` }} />
    </span>
  );
}

/** Not read out while it grows: the microphone would hear it. */
function LiveText({ live }: { live: LiveStore }) {
  const { t } = useTranslation('transcribe');
  const { segments } = useStore(live.store, (state) => state.document);
  const phase = useStore(live.store, (state) => state.phase);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [segments]);
  const shown = segments.slice(-300); // the rest is in the document afterwards
  return (
    <div className={classes.text} aria-live="off" data-live-text tabIndex={0} role="log" aria-label={t('transcript')}>
      {shown.length === 0 && <p className={classes.hint}>{t(phase === 'idle' ? 'live.hint' : phase === 'starting' ? 'live.starting' : 'live.listening')}</p>}
      {shown.map((segment, i) => (
        <p key={segment.id} data-tail={i === shown.length - 1 || undefined}>
          <span className={classes.time}>{readingClock(segment.start, segment.start)}</span>
          {textOf(segment)}
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}
