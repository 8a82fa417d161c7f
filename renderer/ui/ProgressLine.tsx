import classes from './ProgressLine.module.css';

/** A thin bar; `fraction` null runs to and fro because nobody knows how far it is. */
export function ProgressLine({ fraction, label, tone = 'accent' }: { fraction: number | null; label: string; tone?: 'accent' | 'second' | 'bad' }) {
  const percent = fraction === null ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <div className={classes.track} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} data-tone={tone}>
      <div className={classes.fill} data-unknown={percent === undefined || undefined} style={{ transform: `scaleX(${percent === undefined ? 0.3 : percent / 100})` }} />
    </div>
  );
}
