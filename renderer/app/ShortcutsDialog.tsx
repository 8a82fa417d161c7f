import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../stores/bridge-context';
import type { Command } from '../stores/commands';
import { isMac, keyCaps } from '../stores/keys';
import { KeyCaps } from '../ui/KeyCaps';
import classes from './ShortcutsDialog.module.css';

/** Every command that has a key now, by group. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('shortcuts.title')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      {opened && <ShortcutList />}
    </Modal>
  );
}

function ShortcutList() {
  const { t } = useTranslation();
  const commands = useCommands((state) => state.commands);
  const newest = new Map(commands.filter((command) => command.keys.length > 0).map((command) => [command.id, command]));
  const groups = new Map<string, Command[]>();
  for (const command of newest.values()) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <div className={classes.groups}>
      {[...groups].map(([group, list]) => (
        <section key={group}>
          <h3 className={classes.heading}>{group || t('shortcuts.general')}</h3>
          <dl className={classes.list}>
            {list.map((command) => (
              <div key={command.id} className={classes.row}>
                <dt>{command.label || t(`commands.${command.id}`)}</dt>
                <dd>
                  {command.keys.map((keys) => (
                    <KeyCaps key={keys} caps={keyCaps(keys, isMac())} />
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
