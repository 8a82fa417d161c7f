import { Checkbox, SegmentedControl, Slider } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/format';
import { useSettings } from '../../../stores/bridge-context';
import { NumberField } from '../../../ui/NumberField';
import { useSegment, useSession } from '../session/context';
import { COLORINGS, type Coloring } from '../session/state';
import classes from './LookPanel.module.css';

/** How the overlay looks, and the scale of measurements. */
export function LookPanel() {
  const { t } = useTranslation('segment');
  const format = useFormat();
  const session = useSession();
  const fill = useSegment((state) => state.fill);
  const outlines = useSegment((state) => state.outlines);
  const coloring = useSegment((state) => state.coloring);
  const micrometres = useSettings((state) => state.settings.micrometresPerPixel);
  const setSettings = useSettings((state) => state.set);
  return (
    <section className={classes.panel} aria-label={t('look.title')}>
      <label className={classes.line}>
        <span>{t('look.opacity')}</span>
        <Slider size="sm" className={classes.slider} min={0} max={1} step={0.01} value={fill} label={null} thumbLabel={t('look.opacity')} onChange={(value) => session.set({ fill: value })} />
      </label>
      <div className={classes.line}>
        <Checkbox size="xs" label={t('look.outlines')} checked={outlines} onChange={(event) => session.set({ outlines: event.currentTarget.checked })} />
        <SegmentedControl size="xs" aria-label={t('look.coloring')} value={coloring} onChange={(value) => session.set({ coloring: value as Coloring })} data={COLORINGS.map((value) => ({ value, label: t(`look.${value}`) }))} />
      </div>
      <label className={classes.line}>
        <span>{t('scale.title')}</span>
        <NumberField
          size="xs"
          className={classes.scale}
          aria-label={t('scale.label')}
          placeholder={t('scale.pixels')}
          suffix=" µm/px"
          min={0}
          max={10_000}
          step={0.05}
          decimalScale={5}
          decimalSeparator={format.decimal}
          hideControls
          value={micrometres}
          onChange={(value) => void setSettings({ micrometresPerPixel: value !== null && value > 0 ? value : null }).catch(() => undefined)}
        />
      </label>
    </section>
  );
}
