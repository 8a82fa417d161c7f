import { describe, expect, it } from 'vitest';
import { fitWindow, SMALLEST } from '../../main/app/window-state';

const LAPTOP = { x: 0, y: 25, width: 1440, height: 875 };
const RIGHT = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('where the window opens', () => {
  it('is where it was closed, on whichever monitor', () => {
    const saved = { x: 1600, y: 100, width: 1000, height: 700, maximized: true };
    expect(fitWindow(saved, [LAPTOP, RIGHT])).toEqual(saved);
  });

  it.each([
    ['its monitor is gone', { x: 1600, y: 100, width: 1000, height: 700 }],
    ['only a sliver would show', { x: 1400, y: 100, width: 1000, height: 700 }],
    ['the title bar would be above the screen', { x: 100, y: -400, width: 1000, height: 700 }],
    ['the title bar would be below the screen', { x: 100, y: 890, width: 1000, height: 700 }],
  ])('is chosen by the system when %s', (_why, saved) => {
    expect(fitWindow({ ...saved, maximized: false }, [LAPTOP])).toEqual({ width: 1000, height: 700, maximized: false });
  });

  it('keeps the title bar under the system\'s own bar', () => {
    expect(fitWindow({ x: 10, y: 0, width: 1000, height: 700, maximized: false }, [LAPTOP])).toMatchObject({ x: 10, y: 25 });
  });

  it('fits the monitor in size, and stays usable', () => {
    expect(fitWindow({ x: 0, y: 30, width: 5000, height: 4000, maximized: false }, [LAPTOP])).toMatchObject({ width: 1440, height: 875 });
    expect(fitWindow({ x: 0, y: 30, width: 10, height: 10, maximized: false }, [LAPTOP])).toMatchObject(SMALLEST);
    expect(fitWindow({ x: 0, y: 0, width: 1000, height: 700, maximized: false }, [{ x: 0, y: 0, width: 640, height: 400 }])).toMatchObject({ width: 640, height: 400 });
  });

  it.each([undefined, null, 'text', 12, [], {}, { width: '1000', height: 700 }, { width: NaN, height: 700 }, { width: 1e300, height: 700 }])('is the usual one after a damaged file: %j', (saved) => {
    expect(fitWindow(saved, [RIGHT])).toEqual({ width: 1280, height: 800, maximized: false });
  });

  it('keeps a good size beside a damaged place, and survives having no monitor', () => {
    expect(fitWindow({ x: 'a', y: 1, width: 1000, height: 700 }, [LAPTOP])).toEqual({ width: 1000, height: 700, maximized: false });
    expect(fitWindow({ x: 1, y: 1, width: 1000, height: 700 }, [])).toEqual({ width: 1000, height: 700, maximized: false });
  });
});
