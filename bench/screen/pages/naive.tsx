import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { SidebarUpdate } from '../../../core/contract/sidebar.ts';
import { COLUMNS, listen } from './feed.ts';

/** State in the component, every row in the page, all of it rendered at each message. */
function List() {
  const [rows, setRows] = useState<ReadonlyMap<string, SidebarUpdate>>(new Map());
  useEffect(
    () =>
      listen((updates) =>
        setRows((before) => new Map([...before, ...updates.map((one) => [one.symbol, one] as const)])),
      ),
    [],
  );
  const sorted = [...rows.values()].sort((a, b) => b.offset - a.offset);
  return (
    <table>
      <tbody>
        {sorted.map((update) => (
          <tr key={update.symbol} data-offset={update.offset}>
            {COLUMNS.map(({ name, text }) => (
              <td key={name}>{text(update)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<List />);
