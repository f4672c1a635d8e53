import type { Work } from '../state/work.ts';

/** What came of what was asked for; read out where nobody looks. */
export function Outcome({ work }: { work: Work }) {
  return (
    <p className={work.is === 'failed' ? 'outcome bad' : 'outcome'} aria-live="polite">
      {work.is === 'busy' && 'One moment…'}
      {work.is === 'done' && work.says}
      {work.is === 'failed' && work.why}
    </p>
  );
}
