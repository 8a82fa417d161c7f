import { AudioLines, Image } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchItem } from '../../../main/contract/batch';
import { INPUT_KINDS, type Task } from '../../../main/contract/formats';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { ProgressLine } from '../../ui/ProgressLine';
import { durationText } from './durations';
import classes from './ItemTable.module.css';
import { folderOf, nameOf } from './paths';

interface Props {
  position: number; // in the list
  top: number; // pixels
  item: BatchItem | undefined; // undefined: not read yet
  showTask: boolean; // where a batch has several
  selected: boolean;
  onSelect: () => void;
}

export const ItemRow = memo(
  function ItemRow({ position, top, item, showTask, selected, onSelect }: Props) {
    const { t } = useTranslation('batch');
    const { locale } = useFormat();
    return (
      <div id={item && `batch-item-${item.index}`} className={classes.row} role="row" aria-rowindex={position + 2} aria-selected={selected} style={{ transform: `translateY(${top}px)` }} onClick={onSelect}>
        {item === undefined ? (
          <div role="gridcell" className={classes.pending}>{t('table.reading')}</div>
        ) : (
          <>
            <div role="gridcell" className={classes.file} title={item.input}>
              {showTask && <TaskMark task={item.task} />}
              <span className={classes.name}>{nameOf(item.input)}</span>
              <span className={classes.folder}>{nameOf(folderOf(item.input))}</span>
            </div>
            <div role="gridcell" className={classes.state}>
              <State item={item} />
            </div>
            <div role="gridcell" className={classes.time}>{item.seconds !== null && durationText(locale, item.seconds)}</div>
            <div role="gridcell" className={classes.result} data-bad={item.error !== null || undefined}>
              <Outcome item={item} />
            </div>
          </>
        )}
      </div>
    );
  },
  (before, after) => before.item === after.item && before.top === after.top && before.selected === after.selected && before.position === after.position && before.showTask === after.showTask,
);

function TaskMark({ task }: { task: Task }) {
  const { t } = useTranslation('common');
  const Icon = INPUT_KINDS[task].includes('image') ? Image : AudioLines;
  return <Icon size={14} strokeWidth={1.75} role="img" aria-label={t(`tasks.${task}`)} className={classes.mark} />;
}

function State({ item }: { item: BatchItem }) {
  const { t } = useTranslation('batch');
  const format = useFormat();
  if (item.state !== 'running') return <span className={classes.badge} data-state={item.state}>{t(`itemStates.${item.state}`)}</span>;
  return (
    <>
      <span className={classes.stage}>{item.stage === '' ? t('itemStates.running') : t(`stages.${item.stage}`, { defaultValue: item.stage })}</span>
      <span className={classes.bar}>
        <ProgressLine fraction={item.fraction} label={nameOf(item.input)} />
      </span>
      <span className={classes.percent}>{format.progress(item.fraction)}</span>
    </>
  );
}

function Outcome({ item }: { item: BatchItem }) {
  const { t } = useTranslation('batch');
  const errorText = useErrorText();
  if (item.error !== null) {
    const { title, advice } = errorText(item.error);
    return <span title={`${item.error.code}: ${item.error.message}`}>{[title, advice].filter((text) => text !== '').join('. ')}</span>;
  }
  const [output, ...more] = item.outputs;
  if (output === undefined) return null;
  return <span title={item.outputs.join('\n')}>{more.length === 0 ? nameOf(output) : t('table.outputs', { name: nameOf(output), count: more.length })}</span>;
}
