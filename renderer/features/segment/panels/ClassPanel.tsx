import { Eye, EyeOff, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/format';
import { IconButton } from '../../../ui/IconButton';
import { useSegment, useSession } from '../session/context';
import { tally } from './tally';
import classes from './ClassPanel.module.css';

/** With more classes than this, those that are not in the picture are left out until they are asked for. */
const FEW = 12;

/** Classes: shown or hidden, colour, name, how much of the picture and how many instances. A click on a count makes it the class of what is drawn, and of what is selected. */
export function ClassPanel() {
  const { t } = useTranslation('segment');
  const format = useFormat();
  const session = useSession();
  const document = useSegment((state) => state.document)!;
  const version = useSegment((state) => state.version);
  const hidden = useSegment((state) => state.hidden);
  const active = useSegment((state) => state.activeClass);
  const selected = useSegment((state) => state.selected);
  const looks = document.classes;
  const counts = useMemo(() => ({ version, ...tally(document.map, looks.length) }), [document, looks.length, version]);
  const [all, setAll] = useState(false);
  const many = looks.length > FEW;
  const listed = [...looks.keys()].filter((index) => !many || all || counts.instances[index]! > 0 || active === index);
  if (many) listed.sort((a, b) => counts.pixels[b]! - counts.pixels[a]!);
  return (
    <section className={classes.panel} aria-labelledby="segment-classes">
      <header>
        <h2 id="segment-classes">{t('classes.title')}</h2>
        <IconButton icon={Plus} size="sm" label={t('classes.add')} onClick={() => session.addClass(t('classes.new', { number: looks.length + 1 }))} />
      </header>
      <ul>
        {listed.map((index) => ({ index, look: looks[index]! })).map(({ index, look }) => (
          <li key={index} data-active={active === index || undefined}>
            <IconButton icon={hidden.has(index) ? EyeOff : Eye} size="sm" label={t(hidden.has(index) ? 'classes.show' : 'classes.hide', { name: look.name })} onClick={() => session.toggleClass(index)} />
            <input type="color" value={look.color} aria-label={t('classes.color', { name: look.name })} onChange={(event) => session.changeClass(index, { color: event.currentTarget.value })} />
            <input type="text" className={classes.name} value={look.name} aria-label={t('classes.name')} maxLength={80} onChange={(event) => session.changeClass(index, { name: event.currentTarget.value })} />
            <span className={classes.share}>{format.percent(counts.pixels[index]! / (document.map.width * document.map.height), 1)}</span>
            <button
              type="button"
              className={classes.use}
              aria-pressed={active === index}
              title={t('classes.use', { name: look.name })}
              aria-label={`${t('classes.use', { name: look.name })}: ${counts.instances[index]}`}
              onClick={() => {
                session.set({ activeClass: index });
                if (selected.size > 0) session.classifySelected(index);
              }}
            >
              {counts.instances[index]}
            </button>
          </li>
        ))}
      </ul>
      {many && (
        <button type="button" className={classes.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('classes.present') : t('classes.all', { number: looks.length })}
        </button>
      )}
    </section>
  );
}
