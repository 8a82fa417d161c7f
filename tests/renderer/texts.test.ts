import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../main/contract/errors';
import { MENU_COMMANDS } from '../../main/contract/api';
import { resolveLanguage, systemLanguage } from '../../renderer/i18n/setup';
import { SCREENS } from '../../renderer/stores/screens';

const LANGUAGES = ['en', 'es', 'de', 'zh'];
const root = path.resolve('renderer/i18n');
const namespaces = readdirSync(path.join(root, 'en'));
const read = (language: string, file: string) => flat(JSON.parse(readFileSync(path.join(root, language, file), 'utf8')) as Record<string, unknown>);

function flat(texts: Record<string, unknown>, prefix = ''): Record<string, string> {
  return Object.assign({}, ...Object.entries(texts).map(([key, value]) => (typeof value === 'string' ? { [prefix + key]: value } : flat(value as Record<string, unknown>, `${prefix}${key}.`))));
}

/** Languages differ in how many forms of a number they have: `count_one`, `count_many` and `count_other` are one text. */
const withoutForm = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const ofTexts = (texts: Record<string, string>) => [...new Set(Object.keys(texts).map(withoutForm))].sort();

const slots = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort();

describe.each(namespaces)('texts of %s', (file) => {
  const english = read('en', file);
  it.each(LANGUAGES)('%s has the same keys, with the same values to fill in', (language) => {
    const texts = read(language, file);
    expect(ofTexts(texts)).toEqual(ofTexts(english));
    for (const key of Object.keys(english).filter((one) => one.endsWith('_other'))) expect(texts).toHaveProperty([key]);
    for (const [key, text] of Object.entries(texts)) {
      const original = english[key] ?? english[`${withoutForm(key)}_other`]!;
      expect(slots(text), `${language} ${key}`).toEqual(slots(original));
      expect(text.trim() === '', `${language} ${key} is empty`).toBe(original.trim() === '');
    }
  });
});

it('no language has a namespace that English lacks', () => {
  for (const language of LANGUAGES) expect(readdirSync(path.join(root, language)).sort()).toEqual([...namespaces].sort());
});

it('every error code and every menu command has its words', () => {
  const errors = read('en', 'errors.json');
  for (const code of ERROR_CODES) expect(errors).toHaveProperty([`${code}.title`]);
  const common = read('en', 'common.json');
  for (const command of MENU_COMMANDS) expect(common).toHaveProperty([`commands.${command}`]);
});

it.each(LANGUAGES)('%s calls a screen the same on the rail, in its title and in its command', (language) => {
  const common = read(language, 'common.json');
  for (const screen of SCREENS) {
    expect(read(language, `${screen}.json`)).toHaveProperty(['title'], common[`screens.${screen}`]);
    expect(common).toHaveProperty([`commands.${screen}`], common[`screens.${screen}`]);
  }
});

/** Source of a namespace's users: its feature, or the whole window for what all of them share. */
function sourcesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

describe.each(namespaces.filter((file) => file !== 'errors.json'))('keys of %s', (file) => {
  it('are all used', () => {
    const source = sourcesOf('renderer');
    const unused = Object.keys(read('en', file))
      .map(withoutForm)
      .filter((key) => !mentions(source, key));
    expect(unused).toEqual([]);
  });
});

/** The key itself stands in the source, or the fixed beginning of a composed one such as `screens.${screen}`. */
function mentions(source: string, key: string): boolean {
  const parts = key.split('.');
  const composed = parts.map((_, index) => [...parts.slice(0, index), '${'].join('.')).slice(1);
  const middle = parts.length === 3 ? [`${parts[0]}.\${`] : [];
  return [`'${key}'`, `:${key}'`, ...composed.flatMap((start) => [`\`${start}`, `:${start}`]), ...middle].some((text) => source.includes(text));
}

describe('language of the window', () => {
  it('takes the first of the system\'s that exists', () => {
    expect(systemLanguage(['fr-CA', 'de-AT', 'en'])).toBe('de');
    expect(systemLanguage(['zh-Hant-TW'])).toBe('zh');
    expect(systemLanguage(['fr'])).toBe('en');
    expect(systemLanguage([])).toBe('en');
  });
  it('obeys the setting', () => {
    expect(resolveLanguage('es', ['de'])).toBe('es');
    expect(resolveLanguage('system', ['de'])).toBe('de');
    expect(resolveLanguage('nonsense', ['de'])).toBe('de');
  });
});
