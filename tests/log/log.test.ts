import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Log } from '../../main/log';
import { redact } from '../../main/log/redact';
import { Secrets } from '../../main/log/secrets';
import { timesAsLong } from '../support/speed';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();

describe('Log', () => {
  it('keeps the latest entries, tells them, and writes one line each', () => {
    const place = folder();
    const log = new Log(place);
    const told: string[] = [];
    log.onEntry(({ message }) => told.push(message));
    log.write('info', 'desk', 'one');
    log.write('error', 'worker', 'two\nlines');
    expect(log.read(1)).toMatchObject([{ level: 'error', source: 'worker', message: 'two\nlines' }]);
    expect(log.read(100).map(({ message }) => message)).toEqual(['one', 'two\nlines']);
    expect(told).toEqual(['one', 'two\nlines']);
    expect(readFileSync(path.join(place, 'mamba-studio.log'), 'utf8')).toMatch(/^\S+Z info desk: one\n\S+Z error worker: two \| lines\n$/);
  });

  it('memory and disk are bounded, the youngest survive', () => {
    const place = folder();
    const log = new Log(place, { maxBytes: 10_000, keep: 2 });
    for (let i = 0; i < 12_000; i++) log.write('info', 'x', `message ${i}`);
    expect(log.read(100_000)).toHaveLength(10_000);
    expect(log.read(1)[0]!.message).toBe('message 11999');
    expect(readdirSync(place).sort()).toEqual(['mamba-studio.1.log', 'mamba-studio.2.log', 'mamba-studio.log']);
    for (const name of readdirSync(place)) expect(statSync(path.join(place, name)).size).toBeLessThanOrEqual(10_000);
    expect(readFileSync(path.join(place, 'mamba-studio.log'), 'utf8')).toContain('message 11999');
  });

  it('goes on where nothing can be written', () => {
    const place = path.join(folder(), 'file');
    writeFileSync(place, '');
    const log = new Log(place);
    log.write('info', 'x', 'kept in memory');
    expect(log.read(10)).toHaveLength(1);
  });

  it('a message of any length is cut', () => {
    const log = new Log(folder());
    log.write('info', 'x', 'y'.repeat(1e6));
    expect(log.read(1)[0]!.message).toHaveLength(10_000);
  });
});

describe('diagnostics', () => {
  /** What must not get out, in the messages below. */
  const PRIVATE = /\bann\b|müller|secret|plan|diary|patient|kiefer|budget|tumou?r|wedding|cousin|passwd|nas01|q3/i;

  it.each([
    '/home/ann/secret.wav does not exist',
    '/home/ann/My Notes/secret plan final.wav does not exist',
    '/Users/Ann Müller/Desktop/diary',
    'C:\\Users\\Ann Müller\\secret plan.png cannot be read',
    'c:/users/ann/secret.tif',
    '\\\\nas01\\patients\\kiefer 2.tiff could not be opened',
    '~/secret plans/budget',
    './secret/plan.csv and ../diary.txt',
    'file:///home/ann/secret.html?x=diary',
    'ENOENT: no such file or directory, open \'/home/ann/Ann\'s diary.wav\'',
    'cannot read "secret plan"',
    'transcribed “my secret plan for the wedding”',
    'from /home/ann/a.png to /home/ann/secret plan/b.png',
    'Error: x\n    at open (/home/ann/secret/app.js:1:2)\n    at file:///home/ann/secret/b.js:3:4',
    'secret_plan.wav failed',
    'geheim/secret-plan.v2.tar.docx',
    'https://secret.example/plan?token=budget',
    'mail to ann.mueller@secret.example',
    'open:/home/ann/secret',
    '(/home/ann/secret plan.wav)',
    '[/home/ann/secret plan.wav]',
    'path=/home/ann/secret plan.wav',
    'x\0/home/ann/secret.wav',
  ])('nothing private is left of %j', (message) => {
    const log = new Log(folder());
    log.write('error', 'desk', message);
    const report = log.diagnostics();
    expect(report.split('\n').slice(2).join('\n')).not.toMatch(PRIVATE);
  });

  it('names of opened files and words of transcripts are taken out wherever they stand', () => {
    const log = new Log(folder());
    log.conceal('Wedding of my cousin (final) [1].WAV', 'Wedding of my cousin (final) [1]', 'the tumour has grown', 'Müller'.normalize('NFD'));
    for (const message of ['transcribe of Wedding of my cousin (final) [1].WAV failed', 'saw: THE TUMOUR HAS GROWN.', 'Müller and müller'.normalize('NFC'), 'wedding of my cousin (final) [1]']) log.write('info', 'desk', message);
    const report = log.diagnostics();
    expect(report).not.toMatch(/wedding|cousin|tumour|müller/i);
    expect(report).toContain('transcribe of <private> failed');
  });

  it("the user's name, home and machine are taken out", () => {
    const log = new Log(folder());
    const { username } = os.userInfo();
    log.write('info', 'x', `user ${username} of ${os.hostname()} at ${os.homedir()}`);
    const line = log.diagnostics({ processor: 'AMD' }).trim().split('\n').at(-1)!;
    expect(line).toMatch(/user <private> of <private> at </);
  });

  it('many names and sentences take a line no longer than few, and the oldest go', () => {
    const known = (count: number) => {
      const secrets = new Secrets(count);
      for (let i = 0; i < 1.5 * count; i++) secrets.add(`w${i % (count / 40)} is a sentence ${i}`);
      return secrets;
    };
    const [many, few] = [known(20_000), known(400)];
    const hide = (secrets: Secrets, count: number) => Array.from({ length: 2000 }, (_, i) => secrets.hideIn(`said: W${i % (count / 40)} Is a sentence ${(i % (count / 2)) + count}, and on`));
    expect(hide(many, 20_000)[0]).toBe('said: <private>, and on');
    expect(timesAsLong(() => hide(many, 20_000), () => hide(few, 400))).toBeLessThan(10); // 50 if it looked for each
    expect(many.hideIn('w1 is a sentence 1')).toBe('w1 is a sentence 1');
  });

  it('a name is taken out as a whole word, the longest first', () => {
    const secrets = new Secrets();
    for (const secret of ['io', 'cell', 'cell 2 (new)', '[draft] Größe', '***']) secrets.add(secret);
    expect(secrets.hideIn('radio io IO.')).toBe('radio <private> <private>.');
    expect(secrets.hideIn('Cell 2 (NEW) and cells and cell_2')).toBe('<private> and cells and <private>_2');
    expect(secrets.hideIn('a [Draft] GRÖßE b')).toBe('a <private> b');
    expect(secrets.hideIn('*** stays')).toBe('*** stays');
  });

  it('what helps stays', () => {
    const log = new Log(folder());
    log.write('warn', 'worker', 'The inference process crashed with SIGSEGV (code 139) after 1.5 s; 3/4 tiles done and/or lost');
    const report = log.diagnostics({ version: '0.1.0', kernels: 'avx2' });
    expect(report).toContain('version: 0.1.0');
    expect(report).toContain('crashed with SIGSEGV (code 139) after 1.5 s; 3/4 tiles done and/or lost');
  });

  it('hostile texts take no longer when they are longer', () => {
    const secrets = new Secrets();
    for (const secret of ['(', '[a', '\\', 'a+*?', 'a', '.png', 'a a', `a${'.a'.repeat(900)}`]) secrets.add(secret);
    const texts = (length: number) => ['/', 'a.', '"', "'a", ' ', 'a@', '(', '.png'].map((part) => part.repeat(length / part.length)).concat(`/${' '.repeat(length)}.png`);
    const redactAll = (length: number) => texts(length).map((text) => redact(text, secrets));
    expect(timesAsLong(() => redactAll(60_000), () => redactAll(2000))).toBeLessThan(60); // 30 for what reads them once, 900 for what grows with the square
  });
});
