import { describe, expect, it } from 'vitest';
import type { Transcript } from '../../../models/tasks/transcribe/segments';
import { fromTranscript, textOf, toTranscript, type EditDocument } from '../../../renderer/features/transcribe/edit/document';
import { compile, findAll, NO_QUERY, replaceIn, type Query, type Replacement } from '../../../renderer/features/transcribe/edit/find';
import { commit, redo, startHistory, undo } from '../../../renderer/features/transcribe/edit/history';
import { characterAt, lastStarted, placeAt, snap, wordAt } from '../../../renderer/features/transcribe/edit/locate';
import { editText, editTexts, insert, mergeWithNext, remove, retime, splitAtTime, splitAtWord } from '../../../renderer/features/transcribe/edit/operations';
import { Random } from '../../support/random';

/** `the@0-1 cat@1-2`: words with times. */
function document(...lines: string[]): EditDocument {
  const segments = lines.map((line) => {
    const words = [...line.matchAll(/(\S+)@([\d.]+)-([\d.]+)/g)].map(([, text, start, end]) => ({ text: text!.toUpperCase(), start: Number(start), end: Number(end), confidence: 0.5 }));
    return { start: words[0]!.start, end: words.at(-1)!.end, text: words.map(({ text }) => text.toLowerCase()).join(' '), words };
  });
  return fromTranscript({ segments, duration: 100 });
}

const show = ({ segments }: EditDocument) => segments.map((segment) => `${segment.start}-${segment.end}: ${textOf(segment)}`);
const times = ({ segments }: EditDocument, index = 0) => segments[index]!.words.map(({ text, start, end }) => `${text}@${+start.toFixed(3)}-${+end.toFixed(3)}`).join(' ');
const two = document('the@0-1 cat@1-2 sat@3-4', 'on@10-11 a@11-12 mat@12-13');

function expectOrdered({ segments, duration }: EditDocument): void {
  let at = 0;
  for (const segment of segments) {
    expect(segment.start).toBeGreaterThanOrEqual(at);
    at = segment.start;
    for (const word of segment.words) {
      expect(word.start).toBeGreaterThanOrEqual(at);
      expect(word.end).toBeGreaterThanOrEqual(word.start);
      at = word.end;
    }
    expect(segment.end).toBeGreaterThanOrEqual(at);
    at = segment.end;
  }
  expect(at).toBeLessThanOrEqual(duration);
  expect(new Set(segments.map(({ id }) => id)).size).toBe(segments.length);
}

describe('document', () => {
  it('takes the written form of the words and gives it back', () => {
    expect(times(two)).toBe('the@0-1 cat@1-2 sat@3-4');
    expect(toTranscript(two).segments[1]).toMatchObject({ start: 10, end: 13, text: 'on a mat' });
    expect(toTranscript(fromTranscript(toTranscript(two)))).toEqual(toTranscript(two));
  });

  it('puts times in order that are not, and aligns a text that has other words', () => {
    const odd: Transcript = {
      language: 'en', duration: 10,
      segments: [{ start: 5, end: 3, text: 'a b c', words: [{ text: 'A', start: 7, end: 6, confidence: 1 }] }, { start: 1, end: 99, text: '', words: [] }],
    };
    const read = fromTranscript(odd);
    expectOrdered(read);
    expect(textOf(read.segments[0]!)).toBe('a b c');
  });
});

describe('text', () => {
  it.each([
    ['the dog sat', 'the@0-1 dog@1-2 sat@3-4'],
    ['the cat really sat', 'the@0-1 cat@1-2 really@2-3 sat@3-4'],
    ['The cat, sat.', 'The@0-1 cat,@1-2 sat.@3-4'],
    ['cat sat', 'cat@1-2 sat@3-4'],
    ['the black dog sat', 'the@0-1 black@1-1.625 dog@1.625-2 sat@3-4'],
    ['', ''],
    ['  the\n cat   sat down ', 'the@0-1 cat@1-2 sat@3-4 down@4-4'],
  ])('%j keeps the times of what stayed', (text, words) => expect(times(editText(two, 1, text))).toBe(words));

  it('an edit that changes nothing, or of nothing, gives the same document', () => {
    expect(editText(two, 1, 'the  cat sat')).toBe(two);
    expect(editText(two, 99, 'x')).toBe(two);
  });
});

describe('times', () => {
  it('an edge stops at the neighbour, at the other edge and at the ends', () => {
    expect(show(retime(two, 2, 'start', 2))[1]).toBe('4-13: on a mat');
    expect(show(retime(two, 1, 'end', 50))[0]).toBe('0-10: the cat sat');
    expect(show(retime(two, 2, 'end', 500))[1]).toBe('10-100: on a mat');
    expect(retime(two, 1, 'end', -5).segments[0]!.end).toBeCloseTo(0.1);
    expect(retime(two, 1, 'start', NaN)).toBe(two);
  });

  it('words are pushed along by an edge', () => expect(times(retime(two, 1, 'start', 1.5))).toBe('the@1.5-1.5 cat@1.5-2 sat@3-4'));
});

describe('structure', () => {
  it('split before a word, at a time, and not at an end', () => {
    expect(show(splitAtWord(two, 1, 2))).toEqual(['0-2: the cat', '3-4: sat', '10-13: on a mat']);
    expect(show(splitAtTime(two, 1, 1.7))).toEqual(['0-1.7: the cat', '1.7-4: sat', '10-13: on a mat']);
    for (const same of [splitAtWord(two, 1, 0), splitAtWord(two, 1, 3), splitAtTime(two, 1, 0.01), splitAtTime(two, 1, 50), splitAtWord(two, 9, 1)]) expect(same).toBe(two);
  });

  it('merge undoes a split; the last one has nothing behind it', () => {
    expect(show(mergeWithNext(splitAtWord(two, 1, 1), 1))).toEqual(show(two));
    expect(mergeWithNext(two, 2)).toBe(two);
    expect(mergeWithNext(two, 77)).toBe(two);
  });

  it('insert takes the room that there is', () => {
    expect(show(insert(two, 3.5, 6, 'hello there')!.document)).toEqual(['0-4: the cat sat', '4-6: hello there', '10-13: on a mat']);
    expect(show(insert(two, 9, 12)!.document)[1]).toBe('9-10: ');
    expect(insert(two, 11, 12)).toBeNull();
    expect(insert(two, 99.99, 120)).toBeNull();
  });

  it('remove', () => {
    expect(show(remove(two, [1]))).toEqual(['10-13: on a mat']);
    expect(remove(two, [5])).toBe(two);
  });
});

describe('search and replace', () => {
  const pattern = (query: Partial<Query>) => {
    const compiled = compile({ ...NO_QUERY, ...query });
    if (compiled === null || 'error' in compiled) throw new Error('a pattern was expected');
    return compiled.pattern;
  };

  const passages = two.segments.map((segment) => ({ id: segment.id, text: textOf(segment) }));
  const replaced = (query: RegExp, by: string, literal: boolean, more: Partial<Replacement> = {}) => editTexts(two, replaceIn(passages, query, { by, literal, ...more }).changed);

  it('finds by case, word and pattern', () => {
    expect(findAll(passages, pattern({ text: 'AT' }))).toHaveLength(3);
    expect(findAll(passages, pattern({ text: 'AT', matchCase: true }))).toHaveLength(0);
    expect(findAll(passages, pattern({ text: 'a', wholeWord: true }))).toEqual([{ id: 2, from: 3, to: 4 }]);
    expect(findAll(passages, pattern({ text: '[cm]at', regex: true }))).toEqual([{ id: 1, from: 4, to: 7 }, { id: 2, from: 5, to: 8 }]);
    expect(findAll(passages, pattern({ text: 'x*', regex: true }))).toEqual([]);
    expect(findAll(passages, pattern({ text: '.' }))).toEqual([]);
  });

  it('a broken pattern says so, nothing asks for nothing', () => {
    expect(compile({ ...NO_QUERY, text: '(', regex: true })).toHaveProperty('error');
    expect(compile({ ...NO_QUERY, text: 'a)|(b', regex: true, wholeWord: true })).toHaveProperty('error');
    expect(compile(NO_QUERY)).toBeNull();
  });

  it('says how many were replaced, and where to go on', () => {
    const at = pattern({ text: 'a' });
    const texts = [{ id: 7, text: 'a cat sat' }, { id: 9, text: 'it' }];
    expect(replaceIn(texts, at, { by: 'oo', literal: true })).toEqual({ changed: [{ id: 7, text: 'oo coot soot' }], count: 3, end: { id: 7, from: 11 } });
    expect(replaceIn(texts, at, { by: 'a', literal: true, only: { id: 7, from: 3, to: 4 } })).toEqual({ changed: [], count: 1, end: { id: 7, from: 4 } });
    expect(replaceIn(texts, at, { by: 'a', literal: true, only: { id: 8, from: 3, to: 4 } })).toEqual({ changed: [], count: 0, end: null });
  });

  it('replaces one or all, with groups only in patterns', () => {
    const at = pattern({ text: '([cm])at', regex: true });
    expect(show(replaced(at, '$1ow', false))).toEqual(['0-4: the cow sat', '10-13: on a mow']);
    expect(show(replaced(at, '$1$$$&$9', true))[0]).toBe('0-4: the $1$$$&$9 sat');
    expect(show(replaced(at, '$$$&$9', false))[0]).toBe('0-4: the $cat$9 sat');
    expect(show(replaced(at, 'X', true, { only: findAll(passages, at)[1]! }))).toEqual(['0-4: the cat sat', '10-13: on a X']);
    expect(times(replaced(pattern({ text: 'cat' }), 'dog', true))).toBe('the@0-1 dog@1-2 sat@3-4');
  });
});

describe('places', () => {
  it('segment and word at a time', () => {
    expect([-1, 0, 1.5, 2.5, 4, 11.999, 13].map((time) => placeAt(two, time))).toEqual([
      { segment: 0, word: -1 }, { segment: 1, word: 0 }, { segment: 1, word: 1 }, { segment: 1, word: -1 }, { segment: 0, word: -1 }, { segment: 2, word: 1 }, { segment: 0, word: -1 },
    ]);
    expect(lastStarted([], 3)).toBe(-1);
  });

  it('word under a cursor: the nearer side of a word counts', () => expect([0, 1, 2, 3, 4, 5, 6, 7, 11].map((at) => wordAt(two.segments[0]!, at))).toEqual([0, 0, 1, 1, 1, 1, 2, 2, 3]));

  it('the character before the word that is heard, of its own segment alone', () => {
    const [first, second] = two.segments.map(({ id }) => id) as [number, number];
    expect([0, 1.5, 2.5, 4].map((time) => characterAt(two, first, time))).toEqual([0, textOf({ words: two.segments[0]!.words.slice(0, 1) }).length + 1, Infinity, Infinity]);
    expect(characterAt(two, second, 0)).toBe(Infinity);
  });

  it('snap', () => expect([snap(1.04, [1, 2], 0.05), snap(1.06, [1, 2], 0.05), snap(1.5, [], 1)]).toEqual([1, 1.06, 1.5]));
});

describe('history', () => {
  it('typing is one step until it pauses', () => {
    let history = startHistory('');
    for (const [text, time] of [['a', 0], ['ab', 500], ['abc', 1400], ['abcd', 3000]] as const) history = commit(history, text, 'text:1', time);
    history = commit(history, 'other', 'text:2', 3001);
    expect([history = undo(history), (history = undo(history)), (history = undo(history)), undo(history)].map(({ present }) => present)).toEqual(['abcd', 'abc', '', '']);
    expect(redo(redo(redo(redo(history)))).present).toBe('other');
  });

  it('random edits keep times in order, and undo restores every state exactly', () => {
    const random = new Random(11);
    const vocabulary = ['the', 'cat', 'a', 'mat', 'dog,', 'Ñandú', '中文', 'I'];
    const sentence = () => Array.from({ length: random.below(8) }, () => vocabulary[random.below(vocabulary.length)]).join(' ');
    for (let round = 0; round < 8; round++) {
      let history = startHistory(two);
      const states = [two];
      for (let step = 0; step < 60; step++) {
        const { present } = history;
        const id = present.segments[random.below(present.segments.length)]?.id ?? 1;
        const time = random.next() * 110 - 5;
        const near = (present.segments.find((segment) => segment.id === id)?.start ?? 0) + random.next() * 5 - 1;
        const next = [
          () => editText(present, id, sentence()),
          () => retime(present, id, random.below(2) === 0 ? 'start' : 'end', random.below(2) === 0 ? time : near),
          () => splitAtWord(present, id, random.below(6)),
          () => splitAtTime(present, id, near),
          () => mergeWithNext(present, id),
          () => (random.below(4) === 0 ? remove(present, [id]) : present),
          () => insert(present, time, time + random.next() * 6, sentence())?.document ?? present,
          () => editTexts(present, replaceIn(present.segments.map((segment) => ({ id: segment.id, text: textOf(segment) })), /a+/giu, { by: sentence(), literal: true }).changed),
        ][random.below(8)]!();
        expectOrdered(next);
        if (next !== present) states.push(next);
        history = commit(history, next);
      }
      const frozen = states.map((state) => JSON.stringify(state));
      for (let i = states.length - 1; i > 0; i--) {
        expect(JSON.stringify(history.present)).toBe(frozen[i]);
        history = undo(history);
      }
      expect(history.present).toBe(two);
      for (let i = 1; i < states.length; i++) history = redo(history);
      expect(history.present).toBe(states.at(-1));
    }
  });
});
