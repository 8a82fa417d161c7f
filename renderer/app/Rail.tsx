import { useTranslation } from 'react-i18next';
import { useScreens } from '../stores/bridge-context';
import { MENU_KEYS } from '../stores/commands';
import { isMac, keyCaps } from '../stores/keys';
import { SCREENS } from '../stores/screens';
import { Mark } from '../ui/Mark';
import classes from './Rail.module.css';
import { screens } from './screens';

/** The navigation at the left edge. */
export function Rail() {
  const { t } = useTranslation();
  const { screen: current, go } = useScreens();
  return (
    <nav className={classes.rail} aria-label={t('navigation')}>
      <Mark className={classes.mark} />
      {SCREENS.map((screen) => {
        const Icon = screens[screen].icon;
        const caps = keyCaps(MENU_KEYS[screen]?.at(-1) ?? '', isMac()).join(isMac() ? '' : '+');
        return (
          <button
            key={screen}
            type="button"
            className={classes.item}
            data-screen={screen}
            aria-current={screen === current ? 'page' : undefined}
            title={`${t(`screens.${screen}`)} (${caps})`}
            onClick={() => go(screen)}
          >
            <Icon size={20} strokeWidth={1.75} aria-hidden />
            <span>{t(`screens.${screen}`)}</span>
          </button>
        );
      })}
    </nav>
  );
}
