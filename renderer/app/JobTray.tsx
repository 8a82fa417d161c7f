import { Popover } from '@mantine/core';
import { ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useJobs } from '../stores/bridge-context';
import { jobsInOrder } from '../stores/jobs';
import { ProgressLine } from '../ui/ProgressLine';
import { BatchRow } from './BatchRow';
import { JobRow } from './JobRow';
import classes from './JobTray.module.css';
import { useAtWork } from './use-at-work';

const MOST = 30;

/** How far the running jobs and batches are; opens the list of them and of the jobs that have ended. */
export function JobTray() {
  const { t } = useTranslation();
  const jobs = useJobs((state) => state.jobs);
  const [opened, setOpened] = useState(false);
  const { active, batches, fraction } = useAtWork();
  const ended = opened ? jobsInOrder(jobs).filter((job) => !active.includes(job)).slice(0, MOST) : [];
  const busy = [...(active.length > 0 ? [t('jobs.running', { count: active.length })] : []), ...(batches.length > 0 ? [t('jobs.batches', { count: batches.length })] : [])];
  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" width={380} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <button type="button" className={classes.button} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {busy.length === 0 ? t('jobs.idle') : busy.join(', ')}
          {fraction !== null && (
            <span className={classes.bar}>
              <ProgressLine fraction={fraction} label={t('jobs.progress')} />
            </span>
          )}
          <ChevronUp size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('jobs.title')}>
        <div className={classes.tray}>
          <h2 className={classes.title}>{t('jobs.title')}</h2>
          {batches.length + active.length + ended.length === 0 && <p className={classes.none}>{t('jobs.none')}</p>}
          <ul className={classes.list}>
            {batches.map((batch) => (
              <BatchRow key={batch.id} batch={batch} onShow={() => setOpened(false)} />
            ))}
            {[...active, ...ended].map((job) => (
              <JobRow key={job.id} job={job} onShow={() => setOpened(false)} />
            ))}
          </ul>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
