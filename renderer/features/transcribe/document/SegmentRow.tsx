import { Fragment, memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Merge, Repeat, Scissors, Trash2 } from 'lucide-react';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { IconButton } from '../../../ui/IconButton';
import { textOf, type EditSegment } from '../edit/document';
import type { Hit } from '../edit/find';
import { mergeWithNext, remove, splitAtTime } from '../edit/operations';
import { useSession, useShown } from './document-context';
import { SegmentEditor } from './SegmentEditor';
import classes from './Transcript.module.css';

interface Props {
  segment: EditSegment;
  index: number;
  count: number;
  duration: number;
  hit: Hit | null; // the current hit of the search, if it lies here
  hits: boolean; // some hit lies here
}

/** One segment: its time, and its words, each a place to jump to. */
export const SegmentRow = memo(function SegmentRow({ segment, index, count, duration, hit, hits }: Props) {
  const { t } = useTranslation('transcribe');
  const { session, player } = useShown();
  const selected = useSession((state) => state.selected === segment.id);
  const editing = useSession((state) => (state.editing?.id === segment.id ? state.editing : null));
  const ready = useSession((state) => state.phase === 'ready');

  function go(time: number) {
    session.select(segment.id);
    player.seek(time);
  }

  function clickText(event: MouseEvent<HTMLElement>) {
    const word = (event.target as HTMLElement).closest<HTMLElement>('[data-word]')?.dataset['word'];
    go(word === undefined ? segment.start : segment.words[Number(word)]!.start);
  }

  function doubleClick(event: MouseEvent<HTMLElement>) {
    const word = (event.target as HTMLElement).closest<HTMLElement>('[data-word]')?.dataset['word'];
    const before = segment.words.slice(0, word === undefined ? 0 : Number(word) + 1);
    session.edit(segment.id, word === undefined ? Infinity : textOf({ words: before }).length);
  }

  return (
    <div className={classes.row} data-segment={segment.id} data-selected={selected || undefined} data-hit={hit !== null || undefined} data-hits={hits || undefined}>
      <button type="button" className={classes.time} onClick={() => go(segment.start)} aria-label={t('segment.play', { number: index + 1, time: readingClock(segment.start, duration, true) })}>
        <span className={classes.number}>{index + 1}</span>
        {readingClock(segment.start, duration, true)}
      </button>
      {editing !== null ? (
        <SegmentEditor key={segment.id} segment={segment} index={index} cursor={editing.cursor} />
      ) : (
        <p className={classes.text} onClick={clickText} onDoubleClick={doubleClick}>
          {segment.words.length === 0 ? <em className={classes.blank}>{t('segment.empty')}</em> : <Words segment={segment} hit={hit} />}
        </p>
      )}
      {selected && ready && editing === null && (
        <div className={classes.tools} role="toolbar" aria-label={t('segment.tools', { number: index + 1 })}>
          <IconButton icon={Repeat} size={26} label={t('commands.loop')} onClick={() => player.setLoop({ start: segment.start, end: segment.end })} />
          <IconButton icon={Scissors} size={26} label={t('commands.split')} onClick={() => session.apply(splitAtTime(session.document, segment.id, player.time))} />
          <IconButton icon={Merge} size={26} label={t('commands.merge')} disabled={index + 1 >= count} onClick={() => session.apply(mergeWithNext(session.document, segment.id))} />
          <IconButton icon={Trash2} size={26} label={t('commands.delete')} onClick={() => session.apply(remove(session.document, [segment.id]))} />
        </div>
      )}
    </div>
  );
});

/** Draws again only when the word that is heard changes within this segment. */
function Words({ segment, hit }: { segment: EditSegment; hit: Hit | null }) {
  const { place } = useShown();
  const heard = useStore(place, ({ segment: id, word }) => (id === segment.id ? word : -1));
  let at = 0;
  return segment.words.map((word, i) => {
    const from = at;
    at += word.text.length + 1;
    const found = hit !== null && from < hit.to && at - 1 > hit.from;
    return (
      <Fragment key={i}>
        <span data-word={i} data-heard={i === heard || undefined} data-doubt={doubt(word.confidence)} data-found={found || undefined}>
          {word.text}
        </span>{' '}
      </Fragment>
    );
  });
}

/** undefined: sure; 1: less; 2: more likely wrong than right. */
function doubt(confidence: number): 1 | 2 | undefined {
  return confidence < 0.5 ? 2 : confidence < 0.7 ? 1 : undefined;
}
