import { Download } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DropTarget.module.css';
import { useOpenFiles } from '../stores/use-open-files';
import { isTextField } from './use-keyboard';
import { droppedFiles } from './dropped-files';

/** Files may be dropped on the whole window, and pasted anywhere but into a text field. */
export function DropTarget({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { openFiles } = useOpenFiles();
  const latest = useRef(openFiles);
  const [over, setOver] = useState(false);
  useEffect(() => {
    latest.current = openFiles;
  });

  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const on = {
      dragenter(event: DragEvent) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth += 1;
        setOver(true);
      },
      dragover(event: DragEvent) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer!.dropEffect = 'copy';
      },
      dragleave(event: DragEvent) {
        if (!carriesFiles(event)) return;
        depth = Math.max(0, depth - 1);
        if (depth === 0) setOver(false);
      },
      drop(event: DragEvent) {
        depth = 0;
        setOver(false);
        if (event.dataTransfer === null || !carriesFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        void droppedFiles(event.dataTransfer).then((files) => latest.current(files));
      },
      paste(event: ClipboardEvent) {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0 || event.defaultPrevented || isTextField(event.target)) return;
        event.preventDefault();
        void latest.current(files);
      },
    };
    const names = Object.keys(on) as (keyof typeof on)[];
    for (const name of names) window.addEventListener(name, on[name] as EventListener);
    return () => names.forEach((name) => window.removeEventListener(name, on[name] as EventListener));
  }, []);

  return (
    <>
      {children}
      {over && (
        <div className={classes.veil} aria-hidden>
          <div className={classes.card}>
            <Download size={32} strokeWidth={1.5} />
            <strong>{t('drop.title')}</strong>
            <span>{t('drop.text')}</span>
          </div>
        </div>
      )}
    </>
  );
}
