import type { SettingsView } from '../../core/contract/settings.ts';
import { Outcome } from '../parts/outcome.tsx';
import { useWork } from '../state/work.ts';
import { BringBars } from './bring-bars.tsx';
import { Group, Standing } from './group.tsx';
import { useChange } from './use-settings.ts';

const WHEN = ['close', '5m', '15m', '1h', '4h', 'asked'] as const;
const WHEN_TEXT: Readonly<Record<string, string>> = { close: 'at each close', asked: 'only when asked' };
const textOf = (when: string): string => WHEN_TEXT[when] ?? `every ${when}`;

/** The last part of a path says enough. */
const shortFeed = (feed: string): string => feed.replace(/^csv:.*[\\/]/, 'csv: ');

export function MarketData({ settings, mayChange }: { settings: SettingsView; mayChange: boolean }) {
  const { feed, analyse } = settings;
  const change = useChange();
  const [work, start] = useWork();
  const times = (WHEN as readonly string[]).includes(analyse.value) ? WHEN : [...WHEN, analyse.value];
  return (
    <Group title="Market data">
      <Standing name="Feed" value={shortFeed(feed.value)} from={feed.from} />
      {mayChange && feed.from !== 'command line' && <BringBars />}
      {mayChange && analyse.from !== 'command line' ? (
        <>
          <label className="line">
            Analyse
            <select
              value={analyse.value}
              onChange={({ target }) =>
                start(() => change({ analyse: target.value === 'close' ? null : target.value }))
              }
            >
              {times.map((when) => (
                <option key={when} value={when}>
                  {textOf(when)}
                </option>
              ))}
            </select>
          </label>
          <Outcome work={work} />
        </>
      ) : (
        <Standing name="Analyse" value={textOf(analyse.value)} from={analyse.from} />
      )}
    </Group>
  );
}
