/** A walk through every screen and its important states, with real files and real results: for pictures of them, and for what must hold in all of them. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Locator, Page } from 'playwright-core';
import { dottedPicture, dropFile } from './pictures';
import { startStudio, type RunningStudio } from './studio';

const ASSETS = path.resolve('assets');
const SOUND = path.join(ASSETS, '1089-134686-0000.flac');

export interface Tour {
  studio: RunningStudio;
  page: Page;
  /** Folder that may be opened: `Microscope` with 40 pictures (one of them broken), `Results`, `Talks` with recordings. */
  home: string;
  /** Lets children that a stop holds go on: what is to be seen at work must not be through before a slow window has been looked at. */
  goOn?: () => void;
  close(): Promise<void>;
}

export interface Stop {
  name: string;
  /** Whether docs/screens shows it. */
  picture?: boolean;
  /** What is shown changes by itself, or Tab has a meaning of its own. */
  unsteady?: boolean;
  go(tour: Tour): Promise<void>;
  /** Back to where the next stop begins. */
  leave?(tour: Tour): Promise<void>;
}

export async function startTour(settings: Record<string, unknown> = {}): Promise<Tour> {
  const root = mkdtempSync(path.join(tmpdir(), 'mamba-tour-'));
  const home = path.join(root, 'Home');
  for (const folder of ['Microscope/Plate 1', 'Microscope/Plate 2', 'Results', 'Talks']) mkdirSync(path.join(home, folder), { recursive: true });
  for (let i = 0; i < 39; i++) {
    const [left, top] = [(i * 37) % 200, (i * 53) % 200];
    await sharp(path.join(ASSETS, 'cell.png')).extract({ left, top, width: 320, height: 320 }).resize(640).png().toFile(path.join(home, 'Microscope', i % 2 ? 'Plate 1' : 'Plate 2', `well-${String(i + 1).padStart(2, '0')}.png`));
  }
  writeFileSync(path.join(home, 'Microscope', 'Plate 2', 'well-40.png'), 'not a picture');
  for (const name of ['jfk.wav', '61-70968-0000.flac']) copyFileSync(path.join(ASSETS, name), path.join(home, 'Talks', name));
  const dataDir = path.join(root, 'Studio');
  mkdirSync(dataDir);
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ threads: 1, ...settings })); // slow enough to be seen at work
  const chromiumArgs = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${path.join(ASSETS, 'jfk.wav')}`];
  const studio = await startStudio({ dataDir, folders: [home], chromiumArgs, context: { reducedMotion: 'reduce' } });
  const close = async () => {
    await studio.close();
    rmSync(root, { recursive: true, force: true });
  };
  return { studio, page: studio.page, home, close };
}

const screen = async ({ page }: Tour, name: string) => {
  await page.locator(`nav [data-screen=${name}]`).click();
  await page.locator(`main[data-screen=${name}]`).waitFor();
  await page.locator('main [data-screen-loading]').waitFor({ state: 'detached' });
};
const escape = async ({ page }: Tour) => {
  await page.keyboard.press('Escape');
  await page.locator('[role=dialog], [role=menu]').first().waitFor({ state: 'detached' });
};
const thumbnail = (page: Page, name: string, state: string) => page.locator(`[role=option][title="${name}"][data-state="${state}"]`);
const recording = (page: Page, name: string, state: string) => page.locator(`aside li[data-state="${state}"]`, { hasText: name });
const settled = (locator: Locator) => locator.first().waitFor();
const messages = (page: Page) => page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Close' });
const dismissMessages = async (page: Page) => {
  for (const close of await messages(page).all()) await close.click();
};
const menu = async (page: Page, button: Locator) => {
  await button.click();
  await page.locator('[role=menu]:focus-within').waitFor();
};

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const box = (await page.locator('[role=application]').boundingBox())!;
  const at = ([x, y]: [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

/** A folder of the home in the list of folders. */
async function choose({ page, home }: Tour, folder: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: path.basename(home) }).click();
  await dialog.getByRole('button', { name: folder }).click();
  await page.locator('[data-tour-choose]').or(dialog.locator('button').last()).first().click();
  await dialog.waitFor({ state: 'detached' });
}

async function killWorker({ studio }: Tour): Promise<void> {
  for (const pid of studio.workerPids()) process.kill(pid, 'SIGKILL');
}

/** The words are those of the English window. */
export const STOPS: readonly Stop[] = [
  { name: 'welcome', picture: true, go: ({ page }) => page.getByRole('dialog').waitFor(), leave: escape },
  { name: 'segment-empty', picture: true, go: async (tour) => {
    await screen(tour, 'segment');
    await settled(tour.page.locator('main img'));
  } },
  { name: 'transcribe-empty', picture: true, go: (tour) => screen(tour, 'transcribe') },
  { name: 'models', picture: true, go: (tour) => screen(tour, 'models') },
  { name: 'models-details', picture: true, go: async (tour) => {
    await tour.page.locator('main li button').first().click();
    await tour.page.getByRole('dialog').waitFor();
  }, leave: escape },
  { name: 'models-try', go: async ({ page }) => {
    await page.getByRole('button', { name: /^Try/ }).first().click();
    await page.getByRole('dialog').waitFor();
  }, leave: escape },
  { name: 'models-menu', go: ({ page }) => menu(page, page.getByRole('button', { name: /^More for/ }).first()), leave: escape },
  { name: 'settings', picture: true, go: (tour) => screen(tour, 'settings') },
  { name: 'settings-folders', go: async ({ page }) => {
    await page.locator('#output').click();
    await page.getByRole('dialog').waitFor();
  }, leave: escape },
  { name: 'settings-reset', go: async ({ page }) => {
    await page.locator('#reset').click();
    await page.getByRole('dialog').waitFor();
  }, leave: escape },
  { name: 'segment-running', unsteady: true, go: async (tour) => {
    await screen(tour, 'segment');
    await dropFile(tour.page, 'large.png', 'image/png', await dottedPicture(2600, 400));
    await settled(thumbnail(tour.page, 'large.png', 'running'));
  } },
  { name: 'segment-failed', go: async (tour) => {
    await killWorker(tour);
    await settled(thumbnail(tour.page, 'large.png', 'failed'));
    await tour.page.getByRole('alert').first().waitFor();
  }, leave: async ({ page }) => {
    await menu(page, page.getByRole('button', { name: 'More', exact: true }));
    await page.getByRole('menuitem', { name: 'Close picture' }).click();
    await settled(messages(page));
    await dismissMessages(page);
  } },
  { name: 'segment', picture: true, go: async ({ page }) => {
    for (const name of ['coins.png', 'cell.png', 'hubble_deep_field.jpg']) {
      await dropFile(page, name, 'image/*', readFileSync(path.join(ASSETS, name)));
      await settled(thumbnail(page, name, 'done'));
    }
    await page.getByTestId('instance-count').waitFor();
    await page.getByRole('button', { name: 'Export', disabled: false }).waitFor(); // the last one is shown
  } },
  { name: 'segment-export', go: ({ page }) => menu(page, page.getByRole('button', { name: 'Export' })), leave: escape },
  { name: 'segment-more', go: ({ page }) => menu(page, page.getByRole('button', { name: 'More', exact: true })), leave: escape },
  { name: 'segment-edit', picture: true, go: async ({ page }) => {
    const box = (await page.locator('[role=application]').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -240);
    await page.locator('button[data-tool=brush]').click();
    await drag(page, [0.3, 0.2], [0.36, 0.24]);
    await page.locator('[data-testid=canvas-status] [data-state=saved]').waitFor();
  }, leave: async ({ page }) => {
    await page.keyboard.press('0');
    await page.keyboard.press('Control+z');
  } },
  { name: 'segment-compare', go: async ({ page }) => {
    await page.locator('button[data-tool=select]').click();
    await page.keyboard.press('c');
    await page.getByRole('slider', { name: 'Border between original and result' }).waitFor();
  }, leave: ({ page }) => page.keyboard.press('c') },
  { name: 'transcribe-running', unsteady: true, go: async (tour) => {
    await screen(tour, 'transcribe');
    await dropFile(tour.page, 'talk.flac', 'audio/flac', readFileSync(SOUND));
    await settled(recording(tour.page, 'talk.flac', 'running').or(recording(tour.page, 'talk.flac', 'done')));
  }, leave: ({ page }) => settled(recording(page, 'talk.flac', 'done')) },
  { name: 'transcribe-failed', go: async ({ page }) => {
    await dropFile(page, 'broken.wav', 'audio/wav', readFileSync(path.join(ASSETS, 'jfk.wav')).subarray(0, 30));
    await settled(page.locator('aside li[data-state=failed]').or(page.getByRole('alert')));
  }, leave: async ({ page }) => {
    const remove = page.getByRole('button', { name: 'Remove broken.wav' });
    if (await remove.isVisible()) await remove.click();
    await dismissMessages(page);
  } },
  { name: 'transcribe', picture: true, go: async ({ page }) => {
    for (const name of ['61-70968-0000.flac', 'jfk.wav', '1089-134686-0000.flac']) {
      await dropFile(page, name, 'audio/wav', readFileSync(path.join(ASSETS, name)));
      await settled(recording(page, name, 'done'));
    }
    await recording(page, '1089-134686-0000.flac', 'done').locator('button').first().click();
    await page.locator('[data-segment] [data-word]').nth(3).click();
  } },
  { name: 'transcribe-export', go: ({ page }) => menu(page, page.getByRole('button', { name: 'Export' })), leave: escape },
  { name: 'transcribe-more', go: ({ page }) => menu(page, page.getByRole('button', { name: 'More actions' })), leave: escape },
  { name: 'transcribe-find', go: async ({ page }) => {
    await page.keyboard.press('Control+h');
    await page.getByPlaceholder('Find').fill('the');
    await page.locator('[data-found]').first().waitFor();
  }, leave: ({ page }) => page.keyboard.press('Escape') },
  { name: 'transcribe-edit', picture: true, unsteady: true, go: async ({ page }) => {
    await page.locator('[data-segment] [data-word]').nth(3).click();
    await page.keyboard.press('Enter');
    await page.locator('[data-segment] textarea').waitFor();
    await page.keyboard.press('End');
  }, leave: ({ page }) => page.keyboard.press('Escape') },
  { name: 'transcribe-live', picture: true, go: async ({ page }) => {
    await page.getByRole('button', { name: 'Record', exact: true }).first().click();
    await page.getByRole('button', { name: 'Start recording' }).click();
    await page.locator('[data-live-text] [data-tail]').waitFor();
    await page.waitForTimeout(6000);
  }, leave: async ({ page }) => {
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    await page.locator('[data-segment]').first().waitFor();
  } },
  { name: 'jobs', go: async ({ page }) => {
    await page.locator('footer button').click();
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  }, leave: escape },
  { name: 'batch-empty', go: (tour) => screen(tour, 'batch') },
  { name: 'batch-choose', go: async ({ page, home }) => {
    await page.getByRole('button', { name: 'Add a folder' }).click();
    await page.getByRole('dialog').getByRole('button', { name: path.basename(home) }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Microscope' }).waitFor();
  }, leave: escape },
  { name: 'batch-form', picture: true, go: async (tour) => {
    const { page } = tour;
    for (const folder of ['Talks', 'Microscope']) {
      await page.getByRole('button', { name: 'Add a folder' }).click();
      await choose(tour, folder);
    }
    await page.getByText('42 files found').waitFor();
    await page.getByRole('radio', { name: /In one folder/ }).click();
    await choose(tour, 'Results');
    await page.getByRole('textbox', { name: 'Names of results' }).fill('{dir}/{name}-{task}');
    await page.getByText(/well-\d+-segment/).first().waitFor();
    await page.locator('[data-stale]').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running')); // the names are no longer pale
    await page.getByRole('combobox', { name: 'Where results would have the same name' }).scrollIntoViewIfNeeded();
  } },
  { name: 'batch-running', picture: true, unsteady: true, go: async (tour) => {
    const { page, home } = tour;
    await page.getByRole('button', { name: 'Start with 42 files' }).press('Enter');
    await page.getByText(/^[5-9] of 42|^[1-3]\d of 42/).first().waitFor();
    tour.goOn = tour.studio.hold();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    if (!existsSync(path.join(home, 'Results'))) throw new Error('no results');
  } },
  { name: 'batch-confirm', go: async ({ page, goOn }) => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    goOn?.();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.getByRole('button', { name: 'Cancel batch' }).click();
    await page.getByRole('dialog').waitFor();
  }, leave: escape },
  { name: 'batch-failed', picture: true, go: async ({ page }) => {
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('status').filter({ hasText: 'Finished' }).waitFor({ timeout: 600_000 });
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.getByRole('region', { name: /^Details of/ }).waitFor();
  } },
  { name: 'logs', picture: true, go: async (tour) => {
    await screen(tour, 'logs');
    await settled(tour.page.getByRole('log').locator('time'));
  } },
  { name: 'logs-diagnostics', go: async ({ page }) => {
    await page.getByRole('button', { name: 'Diagnostics' }).click();
    await page.getByRole('dialog').locator('pre').waitFor();
  }, leave: escape },
  { name: 'open', go: async ({ page, home }) => {
    await page.keyboard.press('Control+o');
    await page.getByRole('dialog').getByRole('button', { name: path.basename(home) }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Talks' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'jfk.wav' }).click();
  }, leave: escape },
  { name: 'shortcuts', picture: true, go: async (tour) => {
    await screen(tour, 'transcribe');
    await tour.page.locator('[data-segment]').first().waitFor();
    await tour.page.keyboard.press('?');
    await tour.page.getByRole('dialog').waitFor();
  }, leave: escape },
];
