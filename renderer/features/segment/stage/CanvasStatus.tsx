import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/format';
import { useBridge, useSettings } from '../../../stores/bridge-context';
import { areaText } from '../panels/area';
import { useSegment } from '../session/context';
import classes from './CanvasStatus.module.css';

/** The line below the canvas: where the pointer is and what lies under it, and that a file has more pictures than the one that is read. */
export function CanvasStatus({ file }: { file: string }) {
  const { t } = useTranslation('segment');
  const format = useFormat();
  const pointer = useSegment((state) => state.pointer);
  const picture = useSegment((state) => state.picture);
  const document = useSegment((state) => state.document);
  const hovered = useSegment((state) => state.hovered);
  const selected = useSegment((state) => state.selected);
  const scale = useSegment((state) => state.view?.scale ?? 0);
  const saving = useSegment((state) => state.saving);
  useSegment((state) => state.version);
  const micrometres = useSettings((state) => state.settings.micrometresPerPixel);
  const [only] = selected;
  const region = document?.map.regions.get(hovered || (selected.size === 1 ? only! : 0));
  const inside = pointer && picture && pointer.x >= 0 && pointer.y >= 0 && pointer.x < picture.width && pointer.y < picture.height;
  return (
    <div className={classes.status} data-testid="canvas-status">
      <span className={classes.place}>{inside ? `${Math.floor(pointer.x)}, ${Math.floor(pointer.y)}` : picture ? `${picture.width} × ${picture.height}` : ''}</span>
      {picture && <span className={classes.zoom}>{format.percent(scale / devicePixelRatio, scale < 0.1 ? 1 : 0)}</span>}
      <Pages key={file} file={file} />
      {region && region.area > 0 && (
        <span className={classes.region}>
          <i style={{ background: document!.classes[region.class]?.color }} />
          {document!.classes[region.class]?.name} · #{region.label}
          {!Number.isNaN(region.probability) && ` · ${format.percent(region.probability)}`} · {areaText(format, region.area, null)}
          {micrometres !== null && ` · ${areaText(format, region.area, micrometres)}`}
        </span>
      )}
      {document && <span className={classes.saving} data-state={saving}>{t(`saving.${saving}`)}</span>}
    </div>
  );
}

function Pages({ file }: { file: string }) {
  const { t } = useTranslation('segment');
  const bridge = useBridge();
  const [pages, setPages] = useState(1);
  useEffect(() => {
    bridge.call('files.facts', { file }).then((facts) => setPages((facts.kind === 'image' && facts.pages) || 1), () => undefined); // whoever shows the picture tells what is wrong with it
  }, [bridge, file]);
  return pages > 1 && <span>{t('canvas.pages', { number: pages })}</span>;
}
