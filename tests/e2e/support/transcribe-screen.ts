/** The Transcribe screen as the tests handle it, and readers of what it exports. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { transcript as transcriptSchema } from '../../../main/contract/transcript';
import type { Transcript } from '../../../models/tasks/transcribe/segments';
import { wavFile } from '../../support/wav';

export const JFK = fileURLToPath(new URL('../../../assets/jfk.wav', import.meta.url));
export const SECOND = 32_000; // bytes of 16-bit, 16 kHz

/** The speech of the asset over and over, as a WAV file. */
export function longWav(minutes: number): Uint8Array {
  const speech = readFileSync(JFK).subarray(-11 * SECOND);
  return wavFile(Buffer.concat(Array.from({ length: Math.ceil((minutes * 60) / 11) }, () => speech)));
}

export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = await page.evaluateHandle(
    async ([file, base64]) => {
      const blob = await (await fetch(`data:audio/wav;base64,${base64}`).catch(() => null))?.blob();
      const content = blob ?? Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file!, { type: 'audio/wav' }));
      return transfer;
    },
    [name, Buffer.from(bytes).toString('base64')],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

export async function openScreen(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start empty' }).click(); // the first start
  await page.locator('nav [data-screen=transcribe]').click();
  await page.locator('aside').waitFor();
}

export const rowOf = (page: Page, name: string) => page.locator('aside li', { hasText: name });
export const stateOf = (page: Page, name: string) => rowOf(page, name).getAttribute('data-state');
export const allText = async (page: Page) => (await page.locator('[data-segment] [data-word]').allTextContents()).join(' ');
export const textOf = ({ segments }: Transcript) => segments.map(({ text }) => text).join(' ');

export async function resultOf(page: Page, job: string): Promise<Transcript> {
  return transcriptSchema.parse(await page.evaluate(async (id) => (await fetch(`/result/${id}/transcript`)).json(), job));
}

interface Cue {
  start: number; // seconds
  end: number;
  text: string; // lines joined by spaces
}

/** SubRip or WebVTT, read as players do. */
export function readCues(subtitles: string): Cue[] {
  const seconds = (clock: string) => clock.split(/[:,.]/).reduce((sum, part, i) => (i < 3 ? sum * 60 + Number(part) : sum + Number(part) / 1000), 0);
  return [...subtitles.matchAll(/^([\d:,.]+) --> ([\d:,.]+)\n([\s\S]*?)\n(?:\n|$(?![\s\S]))/gm)].map(([, start, end, lines]) => ({
    start: seconds(start!), end: seconds(end!), text: lines!.replaceAll('\n', ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  }));
}

/** RFC 4180. */
export function readTable(text: string): string[][] {
  return text.trimEnd().split('\r\n').map((row) => [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!));
}

export async function exported(page: Page, label: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: label }).click()]);
  return readFileSync(await download.path());
}
