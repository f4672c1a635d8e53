import { useState } from 'react';
import { z } from 'zod';
import type { SettingsView } from '../../core/contract/settings.ts';
import type { OpenFolder } from '../../core/contract/window.ts';
import { Copy, copyText } from '../parts/copy.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { useStores } from '../state/stores.ts';
import { useWork } from '../state/work.ts';
import { Group, Standing } from './group.tsx';
import { useChange } from './use-settings.ts';

/** Why the system could not show a folder, or an empty text. */
const shownSchema = z.string();
const madeSchema = z.object({ file: z.string(), bytes: z.number() });
const daysText = (days: number | null): string => (days === null ? 'for ever' : `${days} days`);

/** What lies on the disk, and what to send to whoever is asked for help. */
export function Keeping({ settings, mayChange }: { settings: SettingsView; mayChange: boolean }) {
  const { api } = useStores();
  const [work, start] = useWork();
  const { data, logs, version } = settings;
  return (
    <Group title="Data">
      <Folder name="Data folder" path={data} of="data" />
      <Folder name="Log folder" path={logs} of="logs" />
      <KeepDays keep={settings.keep_days} mayChange={mayChange} />
      {mayChange && (
        <div className="buttons">
          <button
            type="button"
            disabled={work.is === 'busy'}
            onClick={() =>
              start(async () => {
                const { file, bytes } = madeSchema.parse(await api.command('backup'));
                return `${(bytes / 1024 / 1024).toFixed(1)} MB are in ${file}`;
              })
            }
          >
            Back up now
          </button>
          <button
            type="button"
            disabled={work.is === 'busy'}
            onClick={() =>
              start(async () => {
                await copyText(await api.diagnostics());
                return 'Copied: versions, status, settings and log, without keys, tokens or passwords.';
              })
            }
          >
            Copy diagnostics
          </button>
        </div>
      )}
      <Outcome work={work} />
      {!window.aurora && <p className="note">Aurora {version}</p>}
    </Group>
  );
}

function Folder({ name, path, of }: { name: string; path: string; of: OpenFolder }) {
  const [work, start] = useWork();
  const { aurora } = window;
  const open = aurora && (() => start(async () => shownSchema.parse(await aurora.openFolder(of))));
  return (
    <>
      <p className="standing">
        <span>{name}</span> <bdi>{path}</bdi> <Copy text={path} label={name.toLowerCase()} />
        {open && (
          <button type="button" className="plain" aria-label={`Open ${name.toLowerCase()}`} onClick={open}>
            Open
          </button>
        )}
      </p>
      {aurora && <Outcome work={work} />}
    </>
  );
}

function KeepDays({ keep, mayChange }: { keep: SettingsView['keep_days']; mayChange: boolean }) {
  const change = useChange();
  const [work, start] = useWork();
  const [days, setDays] = useState(keep.value === null ? '' : String(keep.value));
  if (!mayChange || keep.from === 'command line')
    return <Standing name="Results are kept" value={daysText(keep.value)} from={keep.from} />;
  return (
    <form
      className="line"
      onSubmit={(event) => {
        event.preventDefault();
        start(() => change({ keep_days: days === '' ? null : Number(days) }));
      }}
    >
      <label>
        Days that results are kept
        <input
          type="number"
          min={1}
          max={36_500}
          placeholder="for ever"
          value={days}
          onChange={({ target }) => setDays(target.value)}
        />
      </label>
      <button type="submit" aria-label="Save days">
        Save
      </button>
      <Outcome work={work} />
    </form>
  );
}
