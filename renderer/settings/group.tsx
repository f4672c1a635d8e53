import { type ReactNode, useId } from 'react';
import type { SettingSource } from '../../core/contract/settings.ts';

/** Settings that belong together. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="group" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

const FROM: Record<SettingSource, string> = {
  'command line': 'said on the command line, which goes first',
  settings: 'set here',
  default: 'as usual',
};

/** How a setting stands, and who says so. */
export function Standing({ name, value, from }: { name: string; value: string; from: SettingSource }) {
  return (
    <p className="standing">
      <span>{name}</span> <bdi>{value}</bdi> <small>{FROM[from]}</small>
    </p>
  );
}
