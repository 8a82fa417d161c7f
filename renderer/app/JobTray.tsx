import { Popover } from '@mantine/core';
import { ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useJobs } from '../stores/bridge-context';
import { activeJobs, jobsInOrder } from '../stores/jobs';
import { ProgressLine } from '../ui/ProgressLine';
import { JobRow } from './JobRow';
import classes from './JobTray.module.css';

const MOST = 30;

/** How far the running jobs are; opens the list of all jobs, running ones first. */
export function JobTray() {
  const { t } = useTranslation();
  const jobs = useJobs((state) => state.jobs);
  const [opened, setOpened] = useState(false);
  const active = activeJobs(jobs);
  const ended = jobsInOrder(jobs).filter((job) => !active.includes(job));
  const fraction = active.reduce((sum, job) => sum + job.fraction, 0) / Math.max(1, active.length);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" width={380} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <button type="button" className={classes.button} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {active.length === 0 ? t('jobs.idle') : t('jobs.running', { count: active.length })}
          {active.length > 0 && (
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
          {active.length + ended.length === 0 && <p className={classes.none}>{t('jobs.none')}</p>}
          <ul className={classes.list}>
            {[...active, ...ended.slice(0, MOST)].map((job) => (
              <JobRow key={job.id} job={job} onShow={() => setOpened(false)} />
            ))}
          </ul>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
