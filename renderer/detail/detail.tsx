import { useEffect, useRef, useState } from 'react';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';
import { shortcutOf, useKeys } from '../parts/keys.ts';
import { LastPrice } from '../parts/last-price.tsx';
import { LinkState } from '../parts/link-state.tsx';
import { Shape } from '../parts/shape.tsx';
import { Tip } from '../parts/tip.tsx';
import {
  capital,
  degradedReason,
  flipReason,
  hiddenHandReason,
  PROVISIONAL_REASON,
  phaseReason,
} from '../sidebar/row-words.ts';
import { ageText, isOld, timeframeWords } from '../state/age.ts';
import { originOf } from '../state/feed.ts';
import { instantOf } from '../state/signals.ts';
import { useClock, useConnection, useFeed, useSignal, useStores, useView, useWatched } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';
import { toggled, WATCHED } from '../state/watchlists.ts';
import { ChartCard } from './chart-card.tsx';
import { Earlier } from './earlier.tsx';
import { Provenance } from './provenance.tsx';
import { Reasoning } from './reasoning.tsx';
import { useRecords } from './records.ts';
import { Why } from './why.tsx';

/** Everything about the symbol that is open: beside the list, or in its place where there is no room for both. */
export function Detail() {
  const { view } = useStores();
  const symbol = useView((state) => state.symbol);
  const update = useSignal(symbol ?? '');
  const { stale } = useConnection();
  const known = update !== undefined;
  useKeys((event) => {
    if (symbol === null || shortcutOf(event) !== 'Escape') return false;
    view.setState({ symbol: null, timeframe: null });
    return true;
  });
  const state = [known && 'open', stale && 'stale'].filter(Boolean).join(' ');
  return (
    <section className={`detail ${state}`} aria-label="Selected signal">
      {known ? <Known key={update.symbol} update={update} /> : <Nothing symbol={symbol} />}
    </section>
  );
}

function Nothing({ symbol }: { symbol: string | null }) {
  const any = useFeed((state) => state.signals.bySymbol.size > 0);
  if (!any) return null;
  return (
    <p className="nothing">
      {symbol === null ? (
        'Open a signal to see its chart and why its confidence is what it is.'
      ) : (
        <span>
          There is no signal of <bdi>{symbol}</bdi>.
        </span>
      )}
      <span>
        <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens
      </span>
    </p>
  );
}

function Known({ update }: { update: SidebarUpdate }) {
  const records = useRecords(update);
  return (
    <>
      <Head update={update} />
      <ChartCard update={update} records={records} />
      <div className="cards">
        <Why update={update} />
        <Provenance update={update} records={records} />
        <Reasoning update={update} records={records} />
      </div>
      <Earlier update={update} records={records} />
    </>
  );
}

function Head({ update }: { update: SidebarUpdate }) {
  const { view } = useStores();
  const heading = useRef<HTMLHeadingElement>(null);
  // Where the detail takes the list's place, the keyboard goes with it.
  useEffect(() => {
    if (matchMedia('(max-width: 899.98px)').matches) heading.current?.focus();
  }, []);
  return (
    <header className="dh">
      <div className="back">
        <button type="button" onClick={() => view.setState({ symbol: null, timeframe: null })}>
          <span aria-hidden="true">← </span>All signals
        </button>
        <LinkState />
      </div>
      <h2 ref={heading} tabIndex={-1}>
        <bdi title={update.symbol}>{update.symbol}</bdi> <small>{timeframeWords(update.timeframe)}</small>
        <Origin />
      </h2>
      <Actions update={update} />
      <Verdict update={update} />
      <Times update={update} />
    </header>
  );
}

/** A replay is no market, on whatever part of the page the eye rests. */
function Origin() {
  const origin = useFeed(originOf);
  return origin === null || origin === 'live' ? null : <span className="origin">{origin.toUpperCase()}</span>;
}

function Verdict({ update }: { update: SidebarUpdate }) {
  const flippedFrom = useFeed((state) => state.signals.flippedFrom.get(update.symbol) ?? null);
  const { risk } = toSidebarDisplay(update);
  return (
    <div className={`verdict ${update.signal.toLowerCase()}`}>
      <strong>
        <Shape signal={update.signal} />
        {update.signal} {percent(update.confidence)}
      </strong>
      <span className={`risk ${risk.toLowerCase()}`}>{risk} risk</span>
      <Tip className="ph" text={phaseReason(update)}>
        {capital(update.wyckoff_phase)}
      </Tip>
      {flippedFrom && (
        <Tip className={`was ${flippedFrom.toLowerCase()}`} text={flipReason(update, flippedFrom)}>
          was <Shape signal={flippedFrom} /> {flippedFrom}
        </Tip>
      )}
      {update.stage === 'analysis' && (
        <Tip className="prov" text={PROVISIONAL_REASON}>
          provisional
        </Tip>
      )}
      {update.degraded && (
        <Tip className="badge deg" text={degradedReason(update)}>
          Degraded
        </Tip>
      )}
      {update.warning !== null && (
        <Tip className="badge hh" text={hiddenHandReason(update)}>
          Hidden Hand
        </Tip>
      )}
      <LastPrice update={update} words />
    </div>
  );
}

function Times({ update }: { update: SidebarUpdate }) {
  const age = useClock(({ present }) => ageText(present - instantOf(update)));
  const old = useClock(({ present }) => isOld(present - instantOf(update), update.timeframe));
  return (
    <p className={old ? 'muted times past' : 'muted times'}>
      Analysed {momentText(instantOf(update))} · {age} ago{old && ', older than three bars'}
    </p>
  );
}

type Asked = { is: 'no' } | { is: 'asking' } | { is: 'asked' } | { is: 'refused'; why: string };

function Actions({ update }: { update: SidebarUpdate }) {
  const { view, watchlists, api } = useStores();
  const watched = useWatched(update.symbol);
  const [asked, setAsked] = useState<Asked>({ is: 'no' });
  const list = useView((state) => state.list) ?? WATCHED;
  const analyse = (): void => {
    setAsked({ is: 'asking' });
    api.analyse(update.symbol, view.getState().timeframe ?? update.timeframe).then(
      () => setAsked({ is: 'asked' }),
      (error: Error) => setAsked({ is: 'refused', why: error.message }),
    );
  };
  return (
    <div className="act">
      <button
        type="button"
        aria-pressed={watched}
        aria-keyshortcuts="w"
        title={`On the list ${list}`}
        onClick={() => watchlists.setState((state) => toggled(state, update.symbol, list))}
      >
        {watched ? 'Watched' : 'Watch'}
      </button>
      <button type="button" className="primary" disabled={asked.is === 'asking'} onClick={analyse}>
        Analyse now
      </button>
      <span className="asked" aria-live="polite">
        {asked.is === 'asked' && 'Asked for: the result will stand in the list.'}
        {asked.is === 'refused' && `Not asked for: ${asked.why}`}
      </span>
    </div>
  );
}
