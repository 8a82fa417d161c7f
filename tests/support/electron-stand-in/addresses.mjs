/** Chromium knows no schemes of others: app://studio/x is https://studio.app.stand-in.test/x to it. */
const SUFFIX = 'stand-in.test';
export const schemes = new Map(); // name -> handler, or undefined while only declared

export function outside(address) {
  return address.replace(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i, (all, scheme, host) => (schemes.has(scheme) ? `https://${host}.${scheme}.${SUFFIX}` : all));
}

export function inside(address) {
  return address.replace(/^https:\/\/(.+)\.([a-z0-9+-]+)\.stand-in\.test(?=[/?#]|$)/i, '$2://$1');
}
