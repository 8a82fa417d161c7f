import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskJob } from '../../../main/contract/desk';
import { suffixesOf } from '../../../main/contract/formats';
import { resource, type ResultPart } from '../../../main/contract/resources';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { useBridge } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { saveFile } from '../../stores/save-file';
import classes from './TryDialog.module.css';

/** What came out of a task that no screen shows: sound to listen to beside what went in, or the most likely classes. */
export function TrialResult({ job }: { job: DeskJob }) {
  if (job.task === 'classify') return <Classes job={job} />;
  return <Sounds job={job} parts={job.task === 'separate' ? ['speaker1', 'speaker2'] : ['sound']} />;
}

function Sounds({ job, parts }: { job: DeskJob; parts: readonly ResultPart[] }) {
  const { t } = useTranslation('models');
  const bridge = useBridge();
  const errorText = useErrorText();
  const stem = job.file.name.replace(/\.[^.]+$/, '');

  async function save(part: ResultPart, suffix: string) {
    try {
      saveFile(stem + suffix, await (await bridge.fetch(resource.result(job.id, part))).blob());
    } catch (error) {
      notify('error', errorText(reportOf(error)).title);
    }
  }

  return (
    <ul className={classes.sounds} aria-label={t('tryResult', { name: job.file.name })}>
      <li>
        <span>{t('tryParts.original')}</span>
        <audio controls preload="metadata" src={bridge.url(resource.sound(job.file.id))} aria-label={t('tryParts.original')} />
      </li>
      {parts.map((part, i) => (
        <li key={part}>
          <span>{t(`tryParts.${part}`)}</span>
          <audio controls preload="metadata" src={bridge.url(resource.result(job.id, part))} aria-label={t(`tryParts.${part}`)} />
          <Button size="compact-xs" variant="default" leftSection={<Download size={13} aria-hidden />} aria-label={t('trySaveNamed', { part: t(`tryParts.${part}`) })} onClick={() => void save(part, suffixesOf(job.task, 'wav')[i]!)}>
            {t('trySave')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

interface Ranked {
  index: number;
  label: string;
  score: number;
}

function Classes({ job }: { job: DeskJob }) {
  const { t } = useTranslation('models');
  const bridge = useBridge();
  const format = useFormat();
  const errorText = useErrorText();
  const [ranked, setRanked] = useState<readonly Ranked[]>([]);
  useEffect(() => {
    const ending = new AbortController();
    bridge.fetch(resource.result(job.id, 'classes'), { signal: ending.signal }).then((response) => response.json() as Promise<{ classes: Ranked[] }>).then(
      ({ classes: found }) => setRanked(found),
      (error: unknown) => ending.signal.aborted || notify('error', errorText(reportOf(error)).title),
    );
    return () => ending.abort();
  }, [bridge, job.id]); // the words of an error are no reason to read again

  return (
    <ol className={classes.classes} aria-label={t('tryResult', { name: job.file.name })}>
      {ranked.map(({ index, label, score }) => (
        <li key={index}>
          <span>{label}</span>
          <strong>{format.percent(score)}</strong>
          <div className={classes.share} style={{ transform: `scaleX(${score})` }} aria-hidden />
        </li>
      ))}
    </ol>
  );
}
