import { useState } from 'react';
import { EVERYTHING, type Filter } from '../state/order.ts';
import { useConnection } from '../state/stores.ts';
import { Empty } from './empty.tsx';
import { Filters } from './filters.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { SignalList } from './signal-list.tsx';

interface SidebarProps {
  selected: string | null;
  onSelect(symbol: string): void;
}

export function Sidebar({ selected, onSelect }: SidebarProps) {
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const { stale } = useConnection();
  return (
    <div className={stale ? 'side stale' : 'side'}>
      <Header />
      <main className="body">
        <Filters filter={filter} onFilter={setFilter} />
        <SignalList filter={filter} selected={selected} onSelect={onSelect} />
        <Empty filter={filter} onFilter={setFilter} />
      </main>
      <Footer />
    </div>
  );
}
