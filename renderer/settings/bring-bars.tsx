import { useId, useRef, useState } from 'react';
import { Outcome } from '../parts/outcome.tsx';
import { importedText } from '../state/imported.ts';
import { useStores } from '../state/stores.ts';
import { useWork } from '../state/work.ts';
import { useChange } from './use-settings.ts';

/** The ways to bars: a file of one's own, an exchange, or the built-in replay. */
export function BringBars() {
  const { api } = useStores();
  const change = useChange();
  const [work, start] = useWork();
  const busy = work.is === 'busy';
  return (
    <div className="bring">
      <div className="buttons">
        <FileButton disabled={busy} onFile={(file) => start(async () => importedText(await api.importBars(file)))} />
        <button type="button" disabled={busy} onClick={() => start(() => change({ feed: 'replay' }))}>
          Built-in replay
        </button>
      </div>
      <Exchange disabled={busy} onAsk={(feed) => start(() => change({ feed }))} />
      <Outcome work={work} />
    </div>
  );
}

function FileButton({ disabled, onFile }: { disabled: boolean; onFile(file: File): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="primary" disabled={disabled} onClick={() => input.current?.click()}>
        Import a CSV…
      </button>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv"
        aria-label="CSV file of bars"
        className="unseen"
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) onFile(file);
        }}
      />
    </>
  );
}

function Exchange({ disabled, onAsk }: { disabled: boolean; onAsk(feed: string): void }) {
  const [exchange, setExchange] = useState('binance');
  const [symbol, setSymbol] = useState('BTC/USDT');
  const [timeframe, setTimeframe] = useState('5m');
  const id = useId();
  return (
    <form
      className="exchange"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(`ccxt:${exchange.trim()}:${symbol.trim()}@${timeframe.trim()}`);
      }}
    >
      {(
        [
          ['Exchange', exchange, setExchange],
          ['Symbol', symbol, setSymbol],
          ['Timeframe', timeframe, setTimeframe],
        ] as const
      ).map(([label, value, set]) => (
        <label key={label} htmlFor={`${id}${label}`}>
          {label}
          <input id={`${id}${label}`} value={value} required onChange={({ target }) => set(target.value)} />
        </label>
      ))}
      <button type="submit" disabled={disabled}>
        Ask it
      </button>
    </form>
  );
}
