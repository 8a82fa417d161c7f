import { Badge, Button, Menu } from '@mantine/core';
import { Activity, Ellipsis, ExternalLink, Gauge, Info, Star, Trash2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../main/contract/library';
import { useFormat } from '../../i18n/format';
import { IconButton } from '../../ui/IconButton';
import { ProgressLine } from '../../ui/ProgressLine';
import { headline, speedText } from './figures';
import classes from './ModelRow.module.css';
import { useModelActions } from './use-model-actions';

export interface RowActions {
  onDetails: (id: string) => void;
  onTry: (id: string) => void;
  onRemove: (id: string) => void;
}

/** Drawn again only when its model has changed: there are many. */
export const ModelRow = memo(function ModelRow({ model, onDetails, onTry, onRemove }: RowActions & { model: ModelEntry }) {
  const { t } = useTranslation(['models', 'common']);
  const format = useFormat();
  const actions = useModelActions(model);
  const figure = headline(model, format);
  const here = model.origin !== 'catalogue';
  const icon = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const;
  return (
    <li className={classes.row} data-model={model.id} data-here={here || undefined}>
      <div className={classes.what}>
        <button type="button" className={classes.name} onClick={() => onDetails(model.id)}>
          {model.name}
        </button>
        {model.isDefault && <Badge size="sm" variant="light">{t('default')}</Badge>}
        <p className={classes.sub} title={model.licence}>
          {[t(`common:tasks.${model.task}`), ...(model.bytes === null ? [] : [format.bytes(model.bytes)]), model.licence].join(' · ')}
        </p>
      </div>
      <Fact label={figure?.metric ?? t('published')} value={figure?.value ?? ''} title={figure?.where ?? ''} />
      {here ? (
        <div className={classes.measure}>
          <Fact label={t('measured')} value={speedText(model, format, t)} title={model.measured === null ? '' : format.date(model.measured.time)} />
          <Button size="compact-xs" variant="default" loading={actions.busy === 'measure'} aria-label={t('measureNamed', { name: model.name })} onClick={() => void actions.measure()}>
            {t('measure')}
          </Button>
          <Button size="compact-xs" variant="default" aria-label={t('tryTitle', { name: model.name })} onClick={() => onTry(model.id)}>
            {t('try')}
          </Button>
        </div>
      ) : (
        <div className={classes.measure}>
          {model.byHand ? (
            <Button component="a" href={model.source} target="_blank" rel="noreferrer" variant="default" rightSection={<ExternalLink size={14} aria-hidden />} title={t('byHandHint')} aria-label={t('pageNamed', { name: model.name })}>
              {t('page')}
            </Button>
          ) : model.installing === null ? (
            <Button variant="default" loading={actions.busy === 'install'} aria-label={t('installNamed', { name: model.name })} onClick={() => void actions.install()}>
              {t('install')}
            </Button>
          ) : (
            <>
              <ProgressLine fraction={model.installing} label={t('installing', { name: model.name })} />
              <span>{format.percent(model.installing)}</span>
            </>
          )}
        </div>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <IconButton icon={Ellipsis} label={t('more', { name: model.name })} loading={actions.busy === 'selfTest' || actions.busy === 'makeDefault'} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Info {...icon} />} onClick={() => onDetails(model.id)}>{t('details')}</Menu.Item>
          {here && <Menu.Item leftSection={<Activity {...icon} />} onClick={() => void actions.selfTest()}>{t('selfTest')}</Menu.Item>}
          {here && <Menu.Item leftSection={<Gauge {...icon} />} onClick={() => void actions.measure()}>{t('measureLong')}</Menu.Item>}
          {here && <Menu.Item leftSection={<Star {...icon} />} disabled={model.isDefault} onClick={() => void actions.makeDefault()}>{t('makeDefault')}</Menu.Item>}
          {model.origin === 'installed' && <Menu.Item color="red" leftSection={<Trash2 {...icon} />} onClick={() => onRemove(model.id)}>{t('remove')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
});

function Fact({ label, value, title }: { label: string; value: string; title: string }) {
  return (
    <div className={classes.fact} title={title} data-none={value === '' || undefined}>
      <span>{label}</span>
      <strong>{value === '' ? '–' : value}</strong>
    </div>
  );
}
