import type { Session } from 'electron';
import { isOurs } from './place';

/** Everything is denied but the microphone, and text to the clipboard on a click; both for our own page only. */
export function mayUse(permission: string, origin: string, mediaTypes: readonly string[]): boolean {
  if (!isOurs(origin)) return false;
  if (permission === 'clipboard-sanitized-write') return true;
  return permission === 'media' && mediaTypes.length > 0 && mediaTypes.every((type) => type === 'audio');
}

export function restrictPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(mayUse(permission, details.requestingUrl, ('mediaTypes' in details && details.mediaTypes) || []));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => mayUse(permission, origin, details.mediaType === undefined ? [] : [details.mediaType]));
  session.setDevicePermissionHandler(() => false);
}
