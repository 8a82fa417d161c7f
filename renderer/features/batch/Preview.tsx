import { ArrowRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { ErrorNote } from '../../ui/ErrorNote';
import classes from './NewBatch.module.css';
import { nameOf } from './paths';
import { useDraft } from './use-batches';

/** The first names as they will be, and what stands in the way. */
export function Preview() {
  const { t } = useTranslation('batch');
  const format = useFormat();
  const errorText = useErrorText();
  const { preview, looking, error, draft } = useDraft((state) => state);
  const problems = [...(error === null ? [] : [error]), ...(preview?.problems ?? [])];
  if (draft.sources.length === 0) return <p className={classes.muted}>{t('preview.none')}</p>;
  return (
    <div className={classes.preview} aria-live="polite" aria-busy={looking}>
      {problems.map((problem, i) => (
        <ErrorNote key={i} {...errorText(problem)} title={problem.code === 'BAD_USAGE' ? t('preview.badTemplate') : errorText(problem).title} />
      ))}
      {preview === null && problems.length === 0 && <p className={classes.muted}>{t('preview.looking')}</p>}
      {preview?.total === 0 && !preview.complete && <p className={classes.muted}>{t('preview.later')}</p>}
      {preview !== null && preview.total > 0 && (
        <>
          <p className={classes.found}>{t(preview.complete ? 'preview.found' : 'preview.foundMore', { count: preview.total, shown: format.number(preview.total) })}</p>
          <ul className={classes.samples} data-stale={looking || undefined} aria-label={t('preview.names')}>
            {preview.samples.map(({ input, outputs }) => (
              <li key={input} className={classes.sample} title={[input, ...outputs].join('\n')}>
                <span className={classes.sampleIn}>{nameOf(input)}</span>
                <ArrowRight size={13} aria-hidden />
                <span className={classes.sampleOut}>{shorten(outputs[0] ?? '', draft.outDir)}</span>
                {outputs.length > 1 && <span className={classes.more}>{t('preview.andMore', { count: outputs.length - 1 })}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Relative to the output folder; the name alone beside the inputs. */
function shorten(output: string, outDir: string | null): string {
  return outDir !== null && output.startsWith(outDir) ? output.slice(outDir.length).replace(/^[\\/]/, '') : nameOf(output);
}
