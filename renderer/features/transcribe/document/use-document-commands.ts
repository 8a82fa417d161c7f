import { useTranslation } from 'react-i18next';
import { notify } from '../../../stores/notices';
import { useCommand } from '../../../stores/use-command';
import { usePlayer, useSession, useShown } from './document-context';
import type { DocumentActions } from './use-actions';
import type { Search } from '../search/use-search';

const NUDGE = 0.05; // seconds

/** On a button or a tab, Space and Enter belong to it. */
const unlessOnControl = (run: () => void) => () => {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement || focused instanceof HTMLAnchorElement) focused.click();
  else run();
};

/** Every action by keyboard, listed in the overview of shortcuts. */
export function useDocumentCommands(actions: DocumentActions, search: Search): void {
  const { t } = useTranslation('transcribe');
  const { session, player } = useShown();
  const ready = useSession((state) => state.phase === 'ready');
  const editing = useSession((state) => state.editing !== null);
  const canUndo = useSession((state) => state.history.past.length > 0);
  const canRedo = useSession((state) => state.history.future.length > 0);
  const looping = usePlayer((state) => state.loop !== null);
  const own = (name: string, ...keys: string[]) => ({ keys, label: t(`commands.${name}`), group: t(/^(play|back|forward|loop|follow|previous|next|zoom)/.test(name) ? 'groups.listen' : 'groups.edit') });

  useCommand('undo', () => session.undo(), canUndo);
  useCommand('redo', () => session.redo(), canRedo);
  useCommand('find', () => search.open('find'), ready);
  useCommand('transcribe.replace', () => search.open('replace'), ready, own('replace', 'Mod+H'));
  useCommand('transcribe.play', unlessOnControl(() => player.toggle()), true, own('play', 'Space'));
  useCommand('transcribe.play-typing', () => player.toggle(), true, own('playTyping', 'Mod+Space'));
  useCommand('transcribe.back', () => actions.seek(-1), true, own('back', 'ArrowLeft'));
  useCommand('transcribe.forward', () => actions.seek(1), true, own('forward', 'ArrowRight'));
  useCommand('transcribe.back-far', () => actions.seek(-5), true, own('backFar', 'Shift+ArrowLeft'));
  useCommand('transcribe.forward-far', () => actions.seek(5), true, own('forwardFar', 'Shift+ArrowRight'));
  useCommand('transcribe.previous', () => actions.go(-1), true, own('previous', 'ArrowUp'));
  useCommand('transcribe.next', () => actions.go(1), true, own('next', 'ArrowDown'));
  useCommand('transcribe.loop', actions.loop, true, own('loop', 'L'));
  useCommand('transcribe.follow', actions.follow, true, own('follow', 'F'));
  useCommand('transcribe.zoom-in', () => actions.zoom(0.5), true, own('zoomIn', '+', '='));
  useCommand('transcribe.zoom-out', () => actions.zoom(2), true, own('zoomOut', '-'));
  useCommand('transcribe.edit', unlessOnControl(() => actions.edit()), ready && !editing, own('edit', 'Enter', 'F2'));
  useCommand('transcribe.split-cursor', () => undefined, false, own('splitCursor', 'Enter')); // in the field of a segment, which hears it itself
  useCommand('transcribe.next-field', () => undefined, false, own('nextField', 'Tab'));
  useCommand('transcribe.split', () => actions.split(), ready, own('split', 'S'));
  useCommand('transcribe.merge', () => actions.merge(), ready, own('merge', 'M'));
  useCommand('transcribe.insert', () => actions.insert() || notify('info', t('segment.noRoom')), ready, own('insert', 'N', 'Insert'));
  useCommand('transcribe.delete', actions.remove, ready && !editing, own('delete', 'Delete'));
  useCommand('transcribe.start-here', () => actions.edge('start'), ready, own('startHere', '['));
  useCommand('transcribe.end-here', () => actions.edge('end'), ready, own('endHere', ']'));
  useCommand('transcribe.start-earlier', () => actions.nudge('start', -NUDGE), ready, own('startEarlier', 'Alt+ArrowLeft'));
  useCommand('transcribe.start-later', () => actions.nudge('start', NUDGE), ready, own('startLater', 'Alt+ArrowRight'));
  useCommand('transcribe.end-earlier', () => actions.nudge('end', -NUDGE), ready, own('endEarlier', 'Alt+Shift+ArrowLeft'));
  useCommand('transcribe.end-later', () => actions.nudge('end', NUDGE), ready, own('endLater', 'Alt+Shift+ArrowRight'));
  const leave = () => (search.mode !== null ? search.close() : looping ? player.setLoop(null) : session.select(0));
  useCommand('transcribe.leave', leave, !editing, own('leave', 'Escape'));
}
