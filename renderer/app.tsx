import { Detail } from './detail/detail.tsx';
import { Tips } from './parts/tip.tsx';
import { DropBars } from './sidebar/drop-bars.tsx';
import { Sidebar } from './sidebar/sidebar.tsx';
import { type Stores, StoresProvider } from './state/stores.ts';

export function App({ stores }: { stores: Stores }) {
  return (
    <StoresProvider value={stores}>
      <main className="page">
        <h1 className="unseen">Aurora</h1>
        <Sidebar onOpen={(symbol) => stores.view.setState({ symbol, timeframe: null })} />
        <Detail />
        <Tips />
        <DropBars />
      </main>
    </StoresProvider>
  );
}
