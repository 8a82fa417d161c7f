import { Button, Menu } from '@mantine/core';
import { AudioWaveform, Gauge, LocateFixed, Pause, Play, Repeat, SkipBack, SkipForward, SpellCheck2, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { IconButton } from '../../../ui/IconButton';
import { usePlayer, useShown } from '../document/document-context';
import type { DocumentActions } from '../document/use-actions';
import { options, useOptions } from '../options';
import { RATES } from './player';
import classes from './Transport.module.css';

export function Transport({ duration, actions }: { duration: number; actions: DocumentActions }) {
  const { t } = useTranslation('transcribe');
  const { player } = useShown();
  const { playing, rate, loop, follow, failed } = usePlayer((state) => state);
  const { tint, spectrogram } = useOptions();
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('transport.label')}>
      <IconButton icon={SkipBack} label={t('commands.previous')} onClick={() => actions.go(-1)} />
      <IconButton icon={playing ? Pause : Play} variant="filled" color="accent" label={t(playing ? 'transport.pause' : 'transport.play')} disabled={failed} onClick={() => player.toggle()} />
      <IconButton icon={SkipForward} label={t('commands.next')} onClick={() => actions.go(1)} />
      <Clock duration={duration} />
      {failed && <span className={classes.failed} role="alert">{t('transport.failed')}</span>}
      <span className={classes.gap} />
      <IconButton icon={Repeat} label={t(loop === null ? 'commands.loop' : 'transport.endLoop')} pressed={loop !== null} onClick={actions.loop} />
      <IconButton icon={LocateFixed} label={t('commands.follow')} pressed={follow} onClick={actions.follow} />
      <Menu position="bottom">
        <Menu.Target>
          <Button variant="subtle" color="gray" leftSection={<Gauge size={15} aria-hidden />} aria-label={t('transport.speed', { rate })}>{`${rate}×`}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {RATES.map((one) => (
            <Menu.Item key={one} aria-current={one === rate || undefined} onClick={() => player.setRate(one)}>{`${one}×`}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <span className={classes.line} aria-hidden />
      <IconButton icon={ZoomOut} label={t('commands.zoomOut')} onClick={() => actions.zoom(2)} />
      <IconButton icon={ZoomIn} label={t('commands.zoomIn')} onClick={() => actions.zoom(0.5)} />
      <IconButton icon={AudioWaveform} label={t('transport.spectrogram')} pressed={spectrogram} onClick={() => options.setState({ spectrogram: !spectrogram })} />
      <IconButton icon={SpellCheck2} label={t('transport.tint')} pressed={tint} onClick={() => options.setState({ tint: !tint })} />
    </div>
  );
}

/** Written without React while it runs. */
function Clock({ duration }: { duration: number }) {
  const { player } = useShown();
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = (time: number) => {
      const now = readingClock(time, duration, true);
      if (text.current !== null && text.current.textContent !== now) text.current.textContent = now;
    };
    write(player.time);
    return player.onTime(write);
  }, [player, duration]);
  return (
    <span className={classes.clock}>
      <span ref={text} /> / {readingClock(duration, duration)}
    </span>
  );
}
