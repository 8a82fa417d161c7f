import { Check, Clock, ImageOff, Pencil, TriangleAlert } from 'lucide-react';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { resource } from '../../../../main/contract/resources';
import { useFormat } from '../../../i18n/format';
import { useBridge } from '../../../stores/bridge-context';
import type { PictureEntry } from './use-pictures';
import { useRendition } from './use-rendition';
import classes from './Strip.module.css';

interface Props {
  entry: PictureEntry;
  current: boolean; // it is shown
  chosen: boolean;
  place: number; // from 1
  of: number;
  onSelect: (event: MouseEvent) => void;
}

/** One picture of the strip with the state of its job. */
export function Thumbnail({ entry: { file, job }, current, chosen, place, of, onSelect }: Props) {
  const { t } = useTranslation('segment');
  const bridge = useBridge();
  const { src, broken, onError } = useRendition(bridge, resource.thumbnail(file.id));
  const percent = useFormat().progress(job?.fraction ?? 0);
  const state = job === undefined || job.state === 'cancelled' ? 'none' : job.state;
  const words = { none: '', queued: t('state.queued'), running: percent, done: t('state.done'), failed: t('state.failed') }[state];
  const badge = {
    none: null,
    queued: <Clock size={12} aria-hidden />,
    running: percent,
    done: job?.edited ? <Pencil size={11} aria-hidden /> : <Check size={12} aria-hidden />,
    failed: <TriangleAlert size={12} aria-hidden />,
  }[state];
  return (
    <div id={`picture-${file.id}`} className={classes.thumbnail} role="option" aria-selected={chosen} data-current={current || undefined} aria-setsize={of} aria-posinset={place} aria-label={words ? `${file.name}, ${words}` : file.name} title={file.name} data-state={state} onClick={onSelect}>
      {broken ? <ImageOff size={20} aria-hidden /> : <img src={src} alt="" loading="lazy" draggable={false} onError={onError} />}
      {badge !== null && (
        <span className={classes.badge} data-state={state}>
          {badge}
        </span>
      )}
      <span className={classes.caption}>{file.name}</span>
    </div>
  );
}
