import { Button, TextInput } from '@mantine/core';
import { CaseSensitive, ChevronDown, ChevronUp, Regex, WholeWord, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/IconButton';
import type { Query } from '../edit/find';
import type { Search } from './use-search';
import classes from './FindBar.module.css';

/** Search, and replace where it was asked for. */
export function FindBar({ search }: { search: Search }) {
  const { t } = useTranslation('transcribe');
  const field = useRef<HTMLInputElement>(null);
  const { query, error, late, hits, index, replacement, mode, asked } = search;
  const wrong = error !== null ? t('find.broken', { reason: error }) : late ? t('find.late') : null;

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [asked]);

  const toggle = (name: 'matchCase' | 'wholeWord' | 'regex', icon: typeof X) => (
    <IconButton icon={icon} size={26} label={t(`find.${name}`)} pressed={query[name]} onClick={() => search.setQuery({ ...query, [name]: !query[name] } satisfies Query)} />
  );

  return (
    <div
      className={classes.bar}
      role="search"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        search.close();
      }}
    >
      <TextInput
        ref={field}
        className={classes.field}
        aria-label={t('find.text')}
        placeholder={t('find.text')}
        value={query.text}
        error={wrong !== null}
        onChange={(event) => search.setQuery({ ...query, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          search.step(event.shiftKey ? -1 : 1);
        }}
      />
      {toggle('matchCase', CaseSensitive)}
      {toggle('wholeWord', WholeWord)}
      {toggle('regex', Regex)}
      <span className={classes.count} role="status" data-error={wrong !== null || undefined}>
        {wrong !== null ? wrong : query.text === '' ? '' : t('find.count', { index: hits.length === 0 ? 0 : index + 1, count: hits.length })}
      </span>
      <IconButton icon={ChevronUp} size={26} label={t('find.previous')} disabled={hits.length === 0} onClick={() => search.step(-1)} />
      <IconButton icon={ChevronDown} size={26} label={t('find.next')} disabled={hits.length === 0} onClick={() => search.step(1)} />
      {mode === 'replace' && (
        <>
          <TextInput
            className={classes.field}
            aria-label={t('find.replacement')}
            placeholder={t('find.replacement')}
            value={replacement}
            onChange={(event) => search.setReplacement(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              search.replace();
            }}
          />
          <Button variant="default" disabled={hits.length === 0} onClick={search.replace}>{t('find.replace')}</Button>
          <Button variant="default" disabled={hits.length === 0} onClick={search.replaceAll}>{t('find.replaceAll')}</Button>
        </>
      )}
      <IconButton icon={X} size={26} label={t('find.close')} onClick={search.close} className={classes.close} />
    </div>
  );
}
