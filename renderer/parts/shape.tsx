import type { Signal } from '../../core/contract/result.ts';

const PATH: Record<Signal, string> = { BUY: 'M8 2 14 13H2z', SELL: 'M8 14 2 3h12z', HOLD: 'M3 3h10v10H3z' };

/** ▲ ▼ ■: the signal without its colour. */
export function Shape({ signal }: { signal: Signal }) {
  return (
    <svg className="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATH[signal]} />
    </svg>
  );
}
