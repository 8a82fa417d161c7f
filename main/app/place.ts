/** Where the window's own page lives, and which addresses are its own. */
export const SCHEME = 'app';
export const HOST = 'studio';
export const ORIGIN = `${SCHEME}://${HOST}`;
export const START_PAGE = `${ORIGIN}/index.html`;

/** Of the page itself: compared by its parts, since `app://studio.example` and `app://studio@other` begin alike. */
export function isOurs(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === `${SCHEME}:` && url.host === HOST && url.username === '';
}
