import { useState } from 'react';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useBridge, useConnection } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';

export type Wanted = 'files' | 'folder';

/** Choosing folders or files: by the system's dialog, or by ours where there is none (`wanted` is what it is to show). */
export function useChoose(onChosen: (paths: string[]) => void) {
  const bridge = useBridge();
  const errorText = useErrorText();
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const [wanted, setWanted] = useState<Wanted | null>(null);

  async function ask(kind: Wanted): Promise<string[]> {
    if (kind === 'files') return (await bridge.call('files.pick', {})).files.map((file) => file.path);
    const { path } = await bridge.call('folders.pick', {});
    return path === null ? [] : [path];
  }

  return {
    wanted,
    close: () => setWanted(null),
    choose(kind: Wanted): void {
      if (!systemDialogs) return setWanted(kind);
      ask(kind).then(onChosen, (error: unknown) => notify('error', errorText(reportOf(error)).title));
    },
  };
}
