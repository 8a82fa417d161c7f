import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../stores/bridge-context';

/** Tells those who listen that a job has ended; what changes on the way there is not read out. */
export function Announcer() {
  const { t } = useTranslation();
  const { jobs } = useStudio();
  const [text, setText] = useState('');
  useEffect(
    () =>
      jobs.subscribe(({ jobs: now }, { jobs: before }) => {
        const ended = Object.values(now).filter(({ id, state }) => (state === 'done' || state === 'failed') && before[id] !== undefined && before[id].state !== state);
        if (ended.length > 0) setText(ended.map(({ file, state }) => `${file.name}: ${t(`jobs.states.${state}`)}`).join('\n'));
      }),
    [jobs, t],
  );
  return (
    <div className="ms-hidden" role="status" data-announcer>
      {text}
    </div>
  );
}
