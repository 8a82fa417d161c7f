/** Recordings from the drop to the exports, live speech, and what happens when something goes wrong. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transcript as transcriptSchema } from '../../main/contract/transcript';
import type { Transcript } from '../../models/tasks/transcribe/segments';
import { wavFile } from '../support/wav';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';
import { costOf } from './support/trace';
import { JFK, SECOND, allText, drop, exported, longWav, openScreen, readCues, readTable, resultOf, rowOf, stateOf, textOf } from './support/transcribe-screen';

const PROGRAM = fileURLToPath(new URL('../../bin/mamba-studio.mjs', import.meta.url));

describe.skipIf(!hasChromium)('transcribe (needs Chromium)', () => {
  let studio: RunningStudio;
  let page: Page;
  let job = ''; // of jfk.wav
  const folder = mkdtempSync(path.join(tmpdir(), 'mamba-transcribe-'));

  beforeAll(async () => {
    studio = await startStudio({ chromiumArgs: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${JFK}`] });
    page = studio.page;
    page.on('request', (request) => {
      job = /\/result\/([\w-]+)\/transcript/.exec(request.url())?.[1] ?? job;
    });
    await openScreen(page);
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** long.wav is being transcribed: some minutes of it are done. */
  const isAtWork = () => expect.poll(() => studio.jobOf('long.wav')).toMatchObject({ state: 'running', fraction: expect.toSatisfy((fraction: number) => fraction > 0.1) as number });

  it('a dropped recording becomes text, and a word is a place to jump to', async () => {
    await drop(page, 'jfk.wav', readFileSync(JFK));
    await expect.poll(() => stateOf(page, 'jfk.wav'), { timeout: 600_000 }).toBe('done');
    await expect.poll(() => page.locator('[data-transcript]').getAttribute('data-phase')).toBe('ready');
    const result = await resultOf(page, job);
    expect(result.segments.flatMap(({ words }) => words).length).toBeGreaterThan(15);
    expect(await allText(page)).toBe(textOf(result));
    await promisify(execFile)(process.execPath, [PROGRAM, 'transcribe', JFK, '--out', folder, '--format', 'txt']);
    expect(readFileSync(path.join(folder, 'jfk.txt'), 'utf8').trim().replaceAll('\n', ' ')).toBe(textOf(result)); // the command line hears the same
    const slider = page.getByRole('slider', { name: 'Position in the recording' });
    await page.locator('[data-word]').nth(5).click();
    await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(0.5);
    await expect.poll(() => page.locator('[data-heard]').count()).toBe(1);
    const before = Number(await slider.getAttribute('aria-valuenow'));
    await page.keyboard.press('Space');
    await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(before + 0.5);
    await page.keyboard.press('Space');
  });

  it('edits by keyboard, and undo takes them back', async () => {
    const first = page.locator('[data-segment]').first();
    const text = (await first.locator('p').textContent())!.trim();
    const count = await page.locator('[data-segment]').count();
    await first.locator('[data-word]').nth(2).click();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('textbox', { name: /segment/i }).evaluate((field: HTMLTextAreaElement) => field.value.slice(0, field.selectionStart))).toBe(`${text.split(' ').slice(0, 2).join(' ')} `);
    await page.keyboard.press('Home');
    await page.keyboard.insertText('Well, '); // at once: letters that come slowly are steps of their own
    await page.keyboard.press('Escape');
    expect((await first.locator('p').textContent())!.trim()).toBe(`Well, ${text}`);
    await first.locator('[data-word]').nth(1).click();
    await page.keyboard.press('s');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await first.locator('p').textContent())!.trim()).toBe(text);
    await page.keyboard.press('Control+y');
    expect(await page.locator('[data-segment]').count()).toBe(count);
    expect((await first.locator('p').textContent())!.trim()).toBe(`Well, ${text}`);
  });

  it('search and replace says how many, and names a broken pattern', async () => {
    await page.keyboard.press('Control+h');
    const word = (await resultOf(page, job)).segments[0]!.text.split(' ')[1]!;
    await page.getByPlaceholder('Find').fill(word);
    await page.getByRole('button', { name: 'Whole words' }).click();
    await expect.poll(() => page.getByRole('search').getByRole('status').textContent()).toMatch(/^1 of [1-9]/);
    await page.getByPlaceholder('Replace with').fill('planet');
    await page.getByRole('button', { name: 'Replace all' }).click();
    await expect.poll(() => allText(page)).toMatch(/^Well, \S+ planet/);
    await page.getByRole('button', { name: 'Whole words' }).click();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.getByPlaceholder('Find').fill('(');
    await expect.poll(() => page.getByRole('search').getByRole('status').textContent()).toMatch(/Not a valid pattern/);
    await page.locator('[data-word]').first().dblclick();
    await page.keyboard.type(`${'a'.repeat(40)}! `);
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Find').fill('(a+)+$');
    await expect.poll(() => page.getByRole('search').getByRole('status').textContent()).toBe('This pattern takes too long. Make it simpler.');
    await page.getByPlaceholder('Find').fill('planet');
    await expect.poll(() => page.getByRole('search').getByRole('status').textContent()).toMatch(/^1 of [1-9]/);
    await page.getByPlaceholder('Find').press('Escape');
    await page.keyboard.press('Control+z');
    expect(await page.getByRole('search').count()).toBe(0);
  });

  it('exports what was edited in each format', async () => {
    const json = transcriptSchema.parse(JSON.parse((await exported(page, 'JSON with word times')).toString()));
    const lines = json.segments.map(({ text }) => text);
    expect(lines.join(' ')).toMatch(/^Well, .*planet/);
    expect(lines.join(' ')).toBe(await allText(page));
    expect((await exported(page, 'Plain text')).toString()).toBe(lines.map((line) => `${line}\n`).join(''));
    const starts = json.segments.map(({ start }) => start);
    for (const label of ['SubRip subtitles', 'WebVTT subtitles']) {
      const cues = readCues((await exported(page, label)).toString());
      expect(cues.map(({ text }) => text)).toEqual(lines);
      expect(cues.map(({ start }) => start)).toEqual(starts);
      for (const [i, { end }] of cues.entries()) {
        expect(end).toBeGreaterThanOrEqual(Math.min(json.segments[i]!.end, (starts[i + 1] ?? Infinity) - 0.081));
        expect(end).toBeLessThan(starts[i + 1] ?? json.duration + 1.001);
      }
    }
    const [header, ...rows] = readTable((await exported(page, 'Table (CSV)')).toString());
    expect(header).toEqual(['number', 'start', 'end', 'confidence', 'text']);
    expect(rows.map(([number, start, end, , text]) => [Number(number), Number(start), Number(end), text])).toEqual(json.segments.map(({ start, end, text }, i) => [i + 1, start, end, text]));
    const document = strFromU8(unzipSync(new Uint8Array(await exported(page, 'Word document')))['word/document.xml']!);
    for (const line of lines) expect(document).toContain(line.replaceAll('&', '&amp;'));
  });

  it('edits are there after a reload, and can be reverted', async () => {
    await page.getByText('Edits saved').waitFor();
    await page.reload();
    await page.locator('aside').waitFor();
    await expect.poll(() => allText(page)).toMatch(/^Well, .*planet/);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: "Revert to the model's text" }).click();
    const result = await resultOf(page, job);
    await expect.poll(() => allText(page)).toBe(textOf(result));
    await expect.poll(() => page.evaluate(async (id) => (await fetch(`/result/${id}/edit`)).status, job)).toBe(404);
  });

  it('transcribing again asks before edits are lost', async () => {
    await page.locator('[data-word]').first().dblclick();
    await page.keyboard.type('Well, ');
    await page.keyboard.press('Escape');
    const again = async (answer: string) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Transcribe again' }).click();
      await page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await again('Cancel');
    expect(await allText(page)).toMatch(/Well,/);
    const before = job;
    await again('Transcribe again');
    await expect.poll(() => job, { timeout: 600_000 }).not.toBe(before);
    const result = await resultOf(page, job);
    await expect.poll(() => allText(page)).toBe(textOf(result));
    expect(await page.locator('aside li').count()).toBe(1);
  });

  it('in silence no words are found, and one can write', async () => {
    const speech = job;
    await drop(page, 'silence.wav', wavFile(Buffer.alloc(4 * SECOND)));
    await page.getByText('No speech was found').waitFor({ timeout: 600_000 });
    expect(await page.locator('[data-segment]').count()).toBe(0);
    await page.getByRole('button', { name: 'Write a segment' }).click();
    await page.keyboard.type('Nothing to hear');
    await page.keyboard.press('Escape');
    expect(await allText(page)).toBe('Nothing to hear');
    await rowOf(page, 'silence.wav').getByRole('button', { name: 'Remove silence.wav' }).click(); // before it is saved: it asks all the same
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => rowOf(page, 'silence.wav').count()).toBe(0);
    await rowOf(page, 'jfk.wav').getByRole('button').first().click();
    job = speech;
  });

  it('a three-hour transcript scrolls, and each step makes only the rows that come into sight', async () => {
    const words = 'and so my fellow americans ask what we can do'.split(' ');
    const segments = Array.from({ length: 2200 }, (_, i) => {
      const start = i * 4.9;
      return { start, end: start + 4, text: words.join(' '), words: words.map((text, j) => ({ text, start: start + j * 0.4, end: start + j * 0.4 + 0.35, confidence: 0.5 + 0.5 * ((i + j) % 7) / 7 })) };
    });
    const saved: Transcript = { language: 'en', duration: 10_800, segments };
    await page.evaluate(async ([id, body]) => void (await fetch(`/result/${id}/edit`, { method: 'PUT', body: body! })), [job, JSON.stringify(saved)] as const);
    await page.reload();
    await page.locator('[data-segment]').first().waitFor();
    await expect.poll(() => page.locator('[role=listitem]').first().getAttribute('aria-setsize')).toBe('2200');
    const scroll = () =>
      page.evaluate(async () => {
        const scroller = document.querySelector('[data-transcript]')!;
        const made: number[] = []; // rows, by step
        let [elsewhere, travelled, furthest] = [0, 0, 0];
        const changes: MutationRecord[] = [];
        const observer = new MutationObserver((records) => void changes.push(...records));
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        for (let i = 0; i < 300; i++) {
          const before = scroller.scrollTop;
          scroller.scrollTop += i < 250 ? 400 : -1500;
          travelled += Math.abs(scroller.scrollTop - before);
          furthest = Math.max(furthest, scroller.scrollTop);
          await new Promise(requestAnimationFrame);
          changes.push(...observer.takeRecords());
          made.push(changes.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element && node.matches('[role=listitem]')).length);
          elsewhere += changes.splice(0).filter(({ target }) => !scroller.contains(target)).length;
        }
        observer.disconnect();
        const [first, second] = [...document.querySelectorAll('[role=listitem]')].map((row) => row.getBoundingClientRect().top);
        return { made, elsewhere, travelled, furthest, rowHeight: second! - first!, rows: document.querySelectorAll('[data-segment]').length, nodes: document.querySelectorAll('[data-transcript] *').length };
      });
    const { made, elsewhere, travelled, furthest, rowHeight, rows, nodes } = await scroll();
    const all = made.reduce((sum, count) => sum + count, 0);
    console.info(`${all} rows of ${rowHeight} pixels made over ${travelled} pixels, at most ${Math.max(...made)} a step; ${rows} rows of ${nodes} elements exist; ${elsewhere} changes elsewhere`);
    expect(furthest).toBeGreaterThan(10_000);
    expect(rows).toBeLessThan(80);
    expect(nodes).toBeLessThan(40 * rows);
    expect(Math.max(...made)).toBeLessThanOrEqual(80);
    expect(all).toBeGreaterThan(1000);
    expect(all).toBeLessThanOrEqual((1.2 * travelled) / rowHeight + rows); // each once as it comes near, and no other
    expect(elsewhere).toBeLessThanOrEqual(made.length);
    if (process.env.MAMBA_MEASURE) {
      const cost = await costOf(page, scroll);
      console.info(`scrolling: longest task ${cost.longest.toFixed(1)} ms of CPU, ${(cost.threads.CrRendererMain! / 300).toFixed(1)} ms a step`);
    }
  });

  it('text streams in; a reload in the middle shows it again; cancel cuts it short', async () => {
    await drop(page, 'long.wav', longWav(20));
    await isAtWork();
    const goOn = studio.hold();
    await expect.poll(() => page.locator('[data-segment]').count()).toBeGreaterThan(2);
    expect(await stateOf(page, 'long.wav')).toBe('running');
    await page.reload();
    await expect.poll(() => page.locator('[data-segment]').count()).toBeGreaterThan(2);
    expect(await stateOf(page, 'long.wav')).toBe('running');
    await rowOf(page, 'long.wav').getByRole('button', { name: 'Cancel long.wav' }).click();
    goOn();
    await expect.poll(() => stateOf(page, 'long.wav')).toBe('cancelled');
    expect(studio.jobOf('long.wav')!.state).toBe('cancelled');
    expect(studio.jobOf('long.wav')!.fraction).toBeLessThan(0.9);
  });

  it('a killed child is a clear error, and retry works', async () => {
    await rowOf(page, 'long.wav').getByRole('button', { name: 'Transcribe long.wav again' }).click();
    await isAtWork();
    for (const pid of studio.workerPids()) process.kill(pid, 'SIGKILL');
    await expect.poll(() => stateOf(page, 'long.wav')).toBe('failed');
    await page.getByRole('main').getByRole('alert').first().waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
    await isAtWork();
    const goOn = studio.hold();
    expect(await stateOf(page, 'long.wav')).toBe('running');
    await rowOf(page, 'long.wav').getByRole('button', { name: 'Cancel long.wav' }).click();
    await expect.poll(() => stateOf(page, 'long.wav')).toBe('cancelled');
    goOn();
  });

  it('what is spoken becomes text, then a recording like any other', async () => {
    const rows = await page.locator('aside li').count();
    await page.locator('aside').getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('button', { name: 'Start recording' }).click();
    await expect.poll(() => page.locator('[data-live-text] [data-tail]').count()).toBe(1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => page.locator('[data-live-text]').textContent()).toMatch(/[a-z]{2,} [a-z]{2,}/i);
    await expect.poll(async () => Number((await page.getByRole('timer').textContent())!.split(':')[1])).toBeGreaterThan(5.5);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog', { name: 'Discard this recording?' }).getByRole('button', { name: 'Cancel' }).click(); // asked first: it goes on
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop and keep' }).click();
    await expect.poll(() => page.locator('aside li').count()).toBe(rows + 1);
    await expect.poll(() => page.locator('[data-transcript]').getAttribute('data-phase')).toBe('ready');
    expect(await allText(page)).toBe(textOf(await resultOf(page, job)));
    await expect.poll(async () => Number(await page.getByRole('slider').getAttribute('aria-valuemax'))).toBeGreaterThan(3);
  });

  it('without permission it says what to do', async () => {
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
    });
    await page.locator('aside').getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('button', { name: 'Start recording' }).click();
    await page.getByText('The microphone may not be used').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  });

  it('a recording that was removed is transcribed when it is opened again', async () => {
    const short = longWav(0.1);
    for (let i = 0; i < 2; i++) {
      await drop(page, 'again.wav', short);
      await expect.poll(() => stateOf(page, 'again.wav')).toBe('done');
      expect(await rowOf(page, 'again.wav').count()).toBe(1);
      if (i === 0) await drop(page, 'again.wav', short); // the same file once more
      await expect.poll(() => rowOf(page, 'again.wav').count()).toBe(1);
      await rowOf(page, 'again.wav').getByRole('button', { name: 'Remove again.wav' }).click();
      await rowOf(page, 'again.wav').waitFor({ state: 'detached' });
    }
  });

  it('one whose job was removed from the list of jobs says so, and can be transcribed', async () => {
    await drop(page, 'idle.wav', longWav(0.1));
    await expect.poll(() => stateOf(page, 'idle.wav')).toBe('done');
    await page.locator('footer button').click();
    await page.getByRole('button', { name: 'Remove idle.wav from the list' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => stateOf(page, 'idle.wav')).toBe('idle');
    await page.getByRole('main').getByRole('button', { name: 'Transcribe again' }).click();
    await expect.poll(() => stateOf(page, 'idle.wav')).toBe('done');
  });

  it('a file that is no recording fails alone, with what is wrong and what to do', async () => {
    await drop(page, 'broken.wav', longWav(0.2).subarray(0, 30));
    await expect.poll(() => stateOf(page, 'broken.wav')).toBe('failed');
    await rowOf(page, 'broken.wav').getByRole('button').first().click();
    const note = await page.getByRole('main').getByRole('alert').textContent();
    for (const part of ['The file is damaged or cut off', 'Copy it again from where it came', "the WAV file's format description is cut off"]) expect(note).toContain(part);
    expect(note).not.toContain('uploads');
    await expect.poll(() => page.getByRole('slider').count()).toBe(0); // nothing to see or hear
    expect(await page.getByRole('main').getByRole('button', { name: 'Try again' }).isEnabled()).toBe(true);
    expect(await stateOf(page, 'jfk.wav')).toBe('done');
  });
});
