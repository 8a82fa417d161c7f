import { CircleCheck, CircleX, Info, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { dismissNotice, notices, type NoticeLevel } from '../stores/notices';
import { IconButton } from '../ui/IconButton';
import classes from './Toasts.module.css';

const ICONS = { info: Info, success: CircleCheck, warn: TriangleAlert, error: CircleX } satisfies Record<NoticeLevel, unknown>;

/** Short messages at the lower right; read out when they appear. */
export function Toasts() {
  const { t } = useTranslation();
  const list = useStore(notices, (state) => state.list);
  return (
    <div className={classes.region} role="region" aria-label={t('notices')} aria-live="polite" aria-relevant="additions">
      {list.map(({ id, level, message, detail, action }) => {
        const Icon = ICONS[level];
        return (
          <div key={id} className={classes.toast} data-level={level} role={level === 'error' ? 'alert' : undefined}>
            <Icon size={18} aria-hidden className={classes.icon} />
            <div className={classes.body}>
              <p className={classes.message}>{message}</p>
              {detail !== '' && detail !== message && <p className={classes.detail}>{detail}</p>}
              {action !== null && (
                <button
                  type="button"
                  className={classes.action}
                  onClick={() => {
                    action.run();
                    dismissNotice(id);
                  }}
                >
                  {action.label}
                </button>
              )}
            </div>
            <IconButton icon={X} size={24} label={t('close')} onClick={() => dismissNotice(id)} />
          </div>
        );
      })}
    </div>
  );
}
