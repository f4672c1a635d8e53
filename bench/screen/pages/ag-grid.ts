import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community';
import type { SidebarUpdate } from '../../../core/contract/sidebar.ts';
import { COLUMNS, listen } from './feed.ts';

ModuleRegistry.registerModules([AllCommunityModule]);

/** As its documentation has it for fast data: row ids, transactions gathered per frame, sorting of what changed. */
const element = document.getElementById('root');
if (!element) throw new Error('ag-grid.html has no #root');
element.style.height = '100vh';
const grid = createGrid<SidebarUpdate>(element, {
  getRowId: ({ data }) => data.symbol,
  animateRows: false,
  deltaSort: true,
  columnDefs: [
    {
      field: 'offset',
      sort: 'desc',
      cellRenderer: ({ value }: { value: number }) => {
        const cell = document.createElement('span');
        cell.dataset.offset = String(value);
        cell.textContent = String(value);
        return cell;
      },
    },
    ...COLUMNS.map(({ name, text }) => ({
      headerName: name,
      valueGetter: ({ data }: { data: SidebarUpdate | undefined }) => (data ? text(data) : ''),
    })),
  ],
});

const known = new Set<string>();
let pending = new Map<string, SidebarUpdate>();
listen((updates) => {
  if (pending.size === 0) requestAnimationFrame(flush);
  for (const update of updates) pending.set(update.symbol, update);
});

function flush(): void {
  const batch = [...pending.values()];
  pending = new Map();
  const add = batch.filter(({ symbol }) => !known.has(symbol));
  for (const { symbol } of add) known.add(symbol);
  const added = new Set(add);
  grid.applyTransaction({ add, update: batch.filter((one) => !added.has(one)) });
}
