import { useEffect, useRef } from 'react';
import { Outcome } from '../parts/outcome.tsx';
import { importedText } from '../state/imported.ts';
import { useStores } from '../state/stores.ts';
import { useWork } from '../state/work.ts';

const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** A CSV file that is dropped anywhere on the page is imported. */
export function DropBars() {
  const { api } = useStores();
  const [work, start] = useWork();
  const take = useRef((_file: File): void => {});
  useEffect(() => {
    take.current = (file) => start(async () => importedText(await api.importBars(file)));
  });
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (isFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) take.current(file);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);
  if (work.is === 'idle') return null;
  return (
    <div className="dropped">
      <Outcome work={work} />
    </div>
  );
}
