import { Badge, Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../main/contract/library';
import { useFormat } from '../../i18n/format';
import { speedText } from './figures';
import classes from './ModelDetails.module.css';

/** Everything that its card says of a model. */
export function ModelDetails({ model, onClose }: { model: ModelEntry | null; onClose: () => void }) {
  const { t } = useTranslation(['models', 'common']);
  return (
    <Drawer opened={model !== null} onClose={onClose} position="right" size={420} title={model?.name ?? ''} closeButtonProps={{ 'aria-label': t('common:close') }}>
      {model !== null && <Facts model={model} />}
    </Drawer>
  );
}

function Facts({ model }: { model: ModelEntry }) {
  const { t } = useTranslation(['models', 'common']);
  const format = useFormat();
  const facts: [string, string][] = [
    [t('task'), t(`common:tasks.${model.task}`)],
    [t('architecture'), model.architecture],
    [t('version'), model.version],
    [t('licence'), model.licence],
    [t('size'), model.bytes === null ? '' : format.bytes(model.bytes)],
    [t('origin'), t(`origins.${model.origin}`)],
    [t('source'), model.source],
    ['ID', model.id],
  ];
  const measured = model.measured;
  return (
    <div className={classes.details}>
      {model.summary !== '' && <p>{model.summary}</p>}
      {model.byHand && <p>{t('byHandHint')}</p>}
      <dl className={classes.facts}>
        {facts.filter(([, value]) => value !== '').map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value.startsWith('https://') ? <a href={value} target="_blank" rel="noreferrer">{value}</a> : value}</dd>
          </div>
        ))}
      </dl>
      <section>
        <h3>{t('figures')}</h3>
        {model.figures.length === 0 && <p className={classes.none}>{t('noFigures')}</p>}
        <ul className={classes.figures}>
          {model.figures.map((figure) => (
            <li key={`${figure.metric} ${figure.set}`}>
              <span>{figure.metric}</span>
              <strong>{format.number(figure.value, 3)}</strong>
              <span className={classes.none}>{figure.set}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t('measuredHere')}</h3>
        {measured === null ? (
          <p className={classes.none}>{t('notMeasured')}</p>
        ) : (
          <p>
            {speedText(model, format, t)} <Badge size="sm" variant="light">{t(`common:devices.${measured.device}`, { defaultValue: measured.device })}</Badge>
            <span className={classes.none}> {t('threads', { count: measured.threads })}, {format.date(measured.time)}</span>
          </p>
        )}
      </section>
      <section>
        <h3>{t('limits')}</h3>
        {model.limits.length === 0 ? <p className={classes.none}>{t('noLimits')}</p> : <ul className={classes.limits}>{model.limits.map((limit) => <li key={limit}>{limit}</li>)}</ul>}
      </section>
    </div>
  );
}
