import { useEffect, useState } from 'react';
import {
  type AuroraWindow,
  type WindowChange,
  type WindowStanding,
  windowStandingSchema,
} from '../../core/contract/window.ts';
import { Outcome } from '../parts/outcome.tsx';
import { useWork } from '../state/work.ts';
import { Group } from './group.tsx';
import { Shortcut } from './shortcut.tsx';

const SWITCHES = [
  ['always_on_top', 'Always on top'],
  ['close_to_tray', 'Closing the window leaves Aurora at work'],
  ['notifications', 'Notifications of Hidden Hand warnings'],
  ['start_at_login', 'Start at login'],
] as const;

/** How the window lives on this machine. */
export function WindowSettings({ aurora }: { aurora: AuroraWindow }) {
  const [standing, setStanding] = useState<WindowStanding | null>(null);
  const [work, start] = useWork();
  useEffect(() => {
    aurora.windowSettings().then((told) => setStanding(windowStandingSchema.parse(told)));
  }, [aurora]);
  if (!standing) return null;
  const { settings, problems } = standing;
  const change = (asked: WindowChange): void =>
    start(async () => {
      setStanding(windowStandingSchema.parse(await aurora.changeWindow(asked)));
      return '';
    });
  return (
    <Group title="Window">
      {SWITCHES.map(([name, text]) => (
        <label key={name} className="check">
          <input type="checkbox" checked={settings[name]} onChange={() => change({ [name]: !settings[name] })} />
          {text}
        </label>
      ))}
      <label className="line">
        Sidebar
        <select
          value={settings.sidebar ?? 'no'}
          onChange={({ target }) =>
            change({ sidebar: target.value === 'no' ? null : (target.value as 'left' | 'right') })
          }
        >
          <option value="no">an ordinary window</option>
          <option value="left">docked on the left</option>
          <option value="right">docked on the right</option>
        </select>
      </label>
      <Shortcut keys={settings.shortcut} onChange={(shortcut) => change({ shortcut })} />
      {problems.map((problem) => (
        <p key={problem} role="alert">
          {problem}
        </p>
      ))}
      <Outcome work={work} />
    </Group>
  );
}
