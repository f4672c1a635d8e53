import { useConnection } from '../state/stores.ts';
import { Empty } from './empty.tsx';
import { Filters } from './filters.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { ListHead } from './list-head.tsx';
import { SignalList } from './signal-list.tsx';

export function Sidebar({ onOpen }: { onOpen(symbol: string): void }) {
  const { stale } = useConnection();
  return (
    <div className={stale ? 'side stale' : 'side'}>
      <Header />
      <div className="body">
        <Filters />
        <ListHead />
        <SignalList onOpen={onOpen} />
        <Empty />
      </div>
      <Footer />
    </div>
  );
}
