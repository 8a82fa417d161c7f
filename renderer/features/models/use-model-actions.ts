import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../main/contract/library';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { useStudio } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';

export type ModelAction = 'measure' | 'selfTest' | 'install' | 'remove' | 'makeDefault';

/** What can be done with a model; `busy` names what runs now. Failures are told, never thrown. */
export function useModelActions(model: ModelEntry) {
  const { t } = useTranslation('models');
  const errorText = useErrorText();
  const format = useFormat();
  const { bridge, models, settings } = useStudio();
  const [busy, setBusy] = useState<ModelAction | null>(null);

  async function run(action: ModelAction, work: () => Promise<void>) {
    setBusy(action);
    try {
      await work();
    } catch (error) {
      const { title, advice } = errorText(reportOf(error));
      notify('error', `${model.name}: ${title}`, { detail: advice });
    }
    setBusy(null);
  }

  const params = { model: model.id };
  return {
    busy,
    measure: () =>
      run('measure', async () => {
        await bridge.call('models.measure', params);
        await models.getState().load();
      }),
    selfTest: () =>
      run('selfTest', async () => {
        const { ok, seconds, finding, values, difference } = await bridge.call('models.selfTest', params);
        const detail = t(`findings.${finding}`, { count: values, percent: format.small(difference ?? 1) });
        notify(ok ? 'success' : 'error', t(ok ? 'selfTestGood' : 'selfTestBad', { name: model.name, seconds: format.number(seconds, 1) }), { detail });
      }),
    install: () =>
      run('install', async () => {
        await bridge.call('models.install', params);
        await models.getState().load();
      }),
    remove: () =>
      run('remove', async () => {
        await bridge.call('models.remove', params);
        await models.getState().load();
        notify('success', t('removed', { name: model.name }));
      }),
    makeDefault: () =>
      run('makeDefault', async () => {
        await settings.getState().set({ models: { ...settings.getState().settings.models, [model.task]: model.id } });
        await models.getState().load();
      }),
  };
}
