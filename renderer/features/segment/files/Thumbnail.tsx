import { Check, Clock, ImageOff, Pencil, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resource } from '../../../../main/contract/resources';
import { useBridge } from '../../../stores/bridge-context';
import type { PictureEntry } from './use-pictures';
import classes from './Strip.module.css';

/** One picture of the strip with the state of its job. */
export function Thumbnail({ entry: { file, job }, selected, place, of, onSelect }: { entry: PictureEntry; selected: boolean; place: number; of: number; onSelect: () => void }) {
  const { t } = useTranslation('segment');
  const bridge = useBridge();
  const [broken, setBroken] = useState(false);
  const percent = Math.round(100 * (job?.fraction ?? 0));
  const state = job === undefined || job.state === 'cancelled' ? 'none' : job.state;
  const words = { none: '', queued: t('state.queued'), running: `${percent} %`, done: t('state.done'), failed: t('state.failed') }[state];
  const badge = {
    none: null,
    queued: <Clock size={12} aria-hidden />,
    running: `${percent} %`,
    done: job?.edited ? <Pencil size={11} aria-hidden /> : <Check size={12} aria-hidden />,
    failed: <TriangleAlert size={12} aria-hidden />,
  }[state];
  return (
    <div id={`picture-${file.id}`} className={classes.thumbnail} role="option" aria-selected={selected} aria-setsize={of} aria-posinset={place} aria-label={words ? `${file.name}, ${words}` : file.name} title={file.name} data-state={state} onClick={onSelect}>
      {broken ? <ImageOff size={20} aria-hidden /> : <img src={bridge.url(resource.thumbnail(file.id))} alt="" loading="lazy" draggable={false} onError={() => setBroken(true)} />}
      {badge !== null && (
        <span className={classes.badge} data-state={state}>
          {badge}
        </span>
      )}
      <span className={classes.caption}>{file.name}</span>
    </div>
  );
}
