import type { Settings } from '../../../main/contract/settings';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useSettings } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';

/** The settings, and a change that tells the user where it is refused. */
export function useSetting() {
  const { settings, loaded, set } = useSettings();
  const errorText = useErrorText();
  function change(patch: Partial<Settings>) {
    set(patch).catch((error: unknown) => {
      const { title, advice } = errorText(reportOf(error));
      notify('error', title, { detail: advice });
    });
  }
  return { settings, loaded, change };
}
