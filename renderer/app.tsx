import { useState } from 'react';
import { SelectedSignal } from './detail/selected-signal.tsx';
import { Sidebar } from './sidebar/sidebar.tsx';
import { type Stores, StoresProvider } from './state/stores.ts';

export function App({ stores }: { stores: Stores }) {
  const [selected, setSelected] = useState<string | null>(null);
  return (
    <StoresProvider value={stores}>
      <Sidebar selected={selected} onSelect={setSelected} />
      <SelectedSignal symbol={selected} />
    </StoresProvider>
  );
}
