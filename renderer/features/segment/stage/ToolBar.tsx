import { Checkbox, Slider } from '@mantine/core';
import { Brush, Columns2, Eraser, Maximize, Merge, MousePointer2, PaintBucket, Pentagon, Redo2, Scissors, Square, Trash2, Undo2, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../../../stores/use-command';
import { IconButton } from '../../../ui/IconButton';
import { useSegment, useSession } from '../session/context';
import { TOOLS, type Tool } from '../session/state';
import classes from './ToolBar.module.css';

const ICONS: Record<Tool, [LucideIcon, string]> = {
  select: [MousePointer2, 'V'],
  brush: [Brush, 'B'],
  eraser: [Eraser, 'E'],
  fill: [PaintBucket, 'G'],
  polygon: [Pentagon, 'P'],
  split: [Scissors, 'X'],
};

const LARGEST = 400; // pixels

/** Tools for correcting, undo and redo, and ways to look. */
export function ToolBar() {
  const { t } = useTranslation('segment');
  const session = useSession();
  const tool = useSegment((state) => state.tool);
  const radius = useSegment((state) => state.radius);
  const keepNeighbours = useSegment((state) => state.keepNeighbours);
  const document = useSegment((state) => state.document);
  const selected = useSegment((state) => state.selected);
  const split = useSegment((state) => state.split);
  const hasPicture = useSegment((state) => state.picture !== null);
  useSegment((state) => state.version);
  const ready = document !== null;
  const canUndo = document?.history.canUndo ?? false;
  const canRedo = document?.history.canRedo ?? false;
  const resize = (factor: number) => session.set({ radius: Math.min(LARGEST, Math.max(0.5, factor > 1 ? Math.max(radius * factor, radius + 0.5) : Math.min(radius * factor, radius - 0.5))) });
  const compare = () => session.set({ split: split === null ? 0.5 : null });
  useCommand('undo', () => document?.undo(), canUndo);
  useCommand('redo', () => document?.redo(), canRedo);
  useCommand('zoom-fit', () => session.fit(), hasPicture);
  useCommand('zoom-actual', () => session.actualSize(), hasPicture);
  const own = (key: string, name: string) => ({ keys: [key], label: t(name), group: t('title') });
  useCommand('segment.smaller', () => resize(1 / 1.25), ready, own('[', 'brush.smaller'));
  useCommand('segment.larger', () => resize(1.25), ready, own(']', 'brush.larger'));
  useCommand('segment.merge', () => session.mergeSelected(), selected.size > 1, own('M', 'actions.merge'));
  useCommand('segment.delete', () => session.removeSelected(), selected.size > 0, own('Delete', 'actions.delete'));
  useCommand('segment.compare', compare, hasPicture, own('C', 'compare.toggle'));

  return (
    <div className={classes.bar} role="toolbar" aria-label={t('tools.label')}>
      {TOOLS.map((name) => (
        <ToolButton key={name} name={name} pressed={tool === name} disabled={!ready} />
      ))}
      <span className={classes.gap} />
      <IconButton icon={Undo2} label={t('actions.undo')} disabled={!canUndo} onClick={() => document?.undo()} />
      <IconButton icon={Redo2} label={t('actions.redo')} disabled={!canRedo} onClick={() => document?.redo()} />
      <IconButton icon={Merge} label={t('actions.merge')} disabled={selected.size < 2} onClick={() => session.mergeSelected()} />
      <IconButton icon={Trash2} label={t('actions.delete')} disabled={selected.size === 0} onClick={() => session.removeSelected()} />
      {(tool === 'brush' || tool === 'eraser') && (
        <div className={classes.size}>
          <Slider className={classes.slider} size="sm" min={0.5} max={100} step={0.5} value={Math.min(radius, 100)} label={null} thumbLabel={t('brush.size')} onChange={(value) => session.set({ radius: value })} />
          <output>{(2 * radius).toFixed(0)} px</output>
        </div>
      )}
      {(tool === 'brush' || tool === 'polygon') && (
        <Checkbox size="xs" className={classes.keep} title={t('brush.keep')} label={t('brush.keep')} checked={keepNeighbours} onChange={(event) => session.set({ keepNeighbours: event.currentTarget.checked })} />
      )}
      <span className={classes.spring} />
      <IconButton icon={Columns2} label={t('compare.toggle')} pressed={split !== null} disabled={!hasPicture} onClick={compare} />
      <IconButton icon={Maximize} label={t('view.fit')} disabled={!hasPicture} onClick={() => session.fit()} />
      <IconButton icon={Square} label={t('view.actual')} disabled={!hasPicture} onClick={() => session.actualSize()} />
    </div>
  );
}

function ToolButton({ name, pressed, disabled }: { name: Tool; pressed: boolean; disabled: boolean }) {
  const { t } = useTranslation('segment');
  const session = useSession();
  const [icon, key] = ICONS[name];
  const label = t(`tools.${name}`);
  const take = () => session.set({ tool: name, path: [] });
  useCommand(`segment.${name}`, take, !disabled, { keys: [key], label, group: t('title') });
  return <IconButton icon={icon} label={`${label} (${key})`} pressed={pressed} disabled={disabled} onClick={take} data-tool={name} />;
}
