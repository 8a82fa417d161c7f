import { Button, Skeleton, TextInput } from '@mantine/core';
import { Plus, Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SUFFIXES } from '../../../main/contract/media';
import { useErrorText } from '../../i18n/errors';
import { useConnection, useFiles, useModels } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { useCommand } from '../../stores/use-command';
import { ErrorNote } from '../../ui/ErrorNote';
import { ScreenHeader } from '../../ui/ScreenHeader';
import { reportOf } from '../../bridge/check';
import { answersTo } from './figures';
import { ImportList } from './ImportList';
import { ModelDetails } from './ModelDetails';
import { ModelGroup } from './ModelGroup';
import classes from './ModelsScreen.module.css';
import { RemoveDialog } from './RemoveDialog';
import { TryDialog } from './TryDialog';
import { useImports } from './use-imports';

/** Models on this machine and those that can be fetched. */
export function ModelsScreen() {
  const { t } = useTranslation(['models', 'common']);
  const errorText = useErrorText();
  const { models, loaded, error, load } = useModels();
  const { pick, open } = useFiles();
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const [typed, setTyped] = useState('');
  const [details, setDetails] = useState<string | null>(null);
  const [trying, setTrying] = useState<string | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useImports();
  useCommand('find', () => search.current?.focus());

  const told = (work: Promise<unknown>) => void work.catch((problem: unknown) => notify('error', errorText(reportOf(problem)).title));
  const byId = (id: string | null) => models.find((model) => model.id === id) ?? null;
  const shown = models.filter((model) => answersTo(model, typed, t(`common:tasks.${model.task}`)));
  const groups = { onDetails: setDetails, onTry: setTrying, onRemove: setRemoving };
  const removed = byId(removing);
  const tried = byId(trying);
  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')}>
        <TextInput
          ref={search}
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<Search size={14} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
        />
        <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => (systemDialogs ? told(pick('model')) : input.current?.click())}>
          {t('import')}
        </Button>
        <input ref={input} type="file" multiple hidden aria-label={t('import')} accept={SUFFIXES.model.map((suffix) => `.${suffix}`).join()} onChange={(event) => told(open([...(event.currentTarget.files ?? [])]))} />
      </ScreenHeader>
      <div className={classes.body}>
        <div className={classes.column}>
          {error !== null && (
            <ErrorNote {...errorText(error)}>
              <Button size="compact-xs" variant="default" onClick={() => void load()}>{t('again')}</Button>
            </ErrorNote>
          )}
          <ImportList />
          {!loaded && error === null && <Skeleton height={200} radius="md" />}
          {loaded && (
            <>
              <ModelGroup {...groups} title={t('here')} note={t(typed === '' ? 'noneHere' : 'noMatch')} models={shown.filter((model) => model.origin !== 'catalogue')} />
              <ModelGroup {...groups} title={t('catalogue')} note={t(typed === '' ? 'noneInCatalogue' : 'noMatch')} models={shown.filter((model) => model.origin === 'catalogue')} />
              <p className={classes.note}>{t('importHint')}</p>
            </>
          )}
        </div>
      </div>
      <ModelDetails model={byId(details)} onClose={() => setDetails(null)} />
      {tried !== null && <TryDialog model={tried} onClose={() => setTrying(null)} />}
      {removed !== null && <RemoveDialog model={removed} onClose={() => setRemoving(null)} />}
    </div>
  );
}
