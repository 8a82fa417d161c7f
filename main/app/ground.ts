/** `--ms-ground` of renderer/styles/tokens.css (a test holds them equal), so that the window does not flash before the page is there. */
export const GROUND = { light: '#f4f5f7', dark: '#14171a' };
