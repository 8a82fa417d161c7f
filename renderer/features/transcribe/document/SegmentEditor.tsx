import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf, tokensOf, type EditSegment } from '../edit/document';
import { wordAt } from '../edit/locate';
import { editText, mergeWithNext, splitAtWord } from '../edit/operations';
import { useShown } from './document-context';
import classes from './Transcript.module.css';

/**
 * Typing changes the document at once. Enter splits at the cursor, or goes on to the next segment from the end; Tab goes to the next one, Backspace at the beginning
 * and Delete at the end join with the neighbour, Escape ends.
 */
export function SegmentEditor({ segment, index, cursor }: { segment: EditSegment; index: number; cursor: number }) {
  const { t } = useTranslation('transcribe');
  const { session } = useShown();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = textOf(segment);
  const [draft, setDraft] = useState(text);
  const shown = tokensOf(draft).join(' ') === text ? draft : text; // undone or replaced meanwhile

  useEffect(() => {
    const at = Math.min(cursor, textOf(segment).length);
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(at, at);
    // only when it opens: the cursor is the user's from then on
  }, [cursor]);

  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [shown]);

  function type(value: string) {
    setDraft(value);
    session.apply(editText(session.document, segment.id, value), `text:${segment.id}`);
  }

  function goTo(step: 1 | -1, atEnd = step < 0): boolean {
    const next = session.document.segments[index + step];
    if (next === undefined) return false;
    session.edit(next.id, atEnd ? Infinity : 0);
    return true;
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return;
    const area = event.currentTarget;
    const { selectionStart, selectionEnd, value } = area;
    const collapsed = selectionStart === selectionEnd;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const neighbours = session.document.segments;
    const handled = (() => {
      if (mod && key === 'z') return void (event.shiftKey ? session.redo() : session.undo());
      if (mod && key === 'y') return void session.redo();
      if (event.key === 'Escape' || (event.key === 'Enter' && mod)) return finish();
      if (event.key === 'Enter') return split(value, selectionStart);
      if (event.key === 'Tab' && !mod && !event.altKey) return goTo(event.shiftKey ? -1 : 1, true) ? undefined : (finish(), undefined);
      if (event.key === 'Backspace' && collapsed && selectionStart === 0 && index > 0) return join(neighbours[index - 1]!);
      if (event.key === 'Delete' && collapsed && selectionStart === value.length && index + 1 < neighbours.length) return join(segment);
      return false;
    })();
    if (handled === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function finish() {
    session.edit(null);
    document.querySelector<HTMLElement>('[data-transcript]')?.focus({ preventScroll: true });
  }

  function split(value: string, at: number) {
    const before = session.document;
    const next = splitAtWord(before, segment.id, wordAt(segment, Math.min(at, tokensOf(value).join(' ').length)));
    if (session.apply(next)) session.edit(next.nextId - 1, 0);
    else if (!goTo(1, false)) finish();
  }

  /** `first` with the one behind it; the cursor stays between the two texts. */
  function join(first: EditSegment) {
    const at = textOf(first).length;
    if (session.apply(mergeWithNext(session.document, first.id))) session.edit(first.id, at);
  }

  return (
    <textarea
      ref={field}
      className={classes.editor}
      rows={1}
      value={shown}
      aria-label={t('segment.edit', { number: index + 1 })}
      spellCheck
      lang="en"
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={press}
    />
  );
}
