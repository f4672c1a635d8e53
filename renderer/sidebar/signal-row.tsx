import { memo, useId, useMemo } from 'react';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';
import { LastPrice } from '../parts/last-price.tsx';
import { Shape } from '../parts/shape.tsx';
import { Tip } from '../parts/tip.tsx';
import { ageText, isOld } from '../state/age.ts';
import type { Density } from '../state/appearance.ts';
import { instantOf } from '../state/signals.ts';
import { useClock, useFeed, useSignal, useStores, useWatched } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';
import {
  capital,
  degradedReason,
  flipReason,
  hiddenHandReason,
  PHASE_SHORT,
  PROVISIONAL_REASON,
  phaseReason,
  rowName,
  wasAdjusted,
} from './row-words.ts';
import { Star } from './star.tsx';

/** All rows are of one height, so that thousands need no measuring; row.css has the same figure. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { roomy: 82, compact: 64 };

interface SignalRowProps {
  symbol: string;
  /** Where the row lies in the list, px. */
  top: number;
  /** Its number from 1, of so many. */
  place: number;
  count: number;
  selected: boolean;
  /** One row of the list is a stop for Tab; j, k and the arrows go to the others. */
  current: boolean;
  onSelect(symbol: string): void;
  onFocus(symbol: string): void;
}

export const SignalRow = memo(function SignalRow({ symbol, ...rest }: SignalRowProps) {
  const update = useSignal(symbol);
  return update ? <Row update={update} {...rest} /> : null;
});

type RowProps = Omit<SignalRowProps, 'symbol'> & { update: SidebarUpdate };

function Row({ update, top, place, count, selected, current, onSelect, onFocus }: RowProps) {
  const { calm } = useStores();
  const flash = useMemo(() => calm.flashes(update), [calm, update]);
  const flippedFrom = useFeed((state) => state.signals.flippedFrom.get(update.symbol) ?? null);
  const old = useClock(({ present }) => isOld(present - instantOf(update), update.timeframe));
  const id = useId();
  const tabIndex = current ? 0 : -1;
  const state = [update.signal.toLowerCase(), selected && 'sel', old && 'old'].filter(Boolean).join(' ');
  return (
    <li
      className={`row ${state}`}
      id={id}
      style={{ top }}
      aria-label={rowName(update, flippedFrom)}
      aria-posinset={place}
      aria-setsize={count}
      data-symbol={update.symbol}
      data-offset={update.offset}
    >
      {flash && <i className="flash" key={update.offset} aria-hidden="true" />}
      <Shape signal={update.signal} />
      <div className="l1">
        <button
          type="button"
          className="pick"
          tabIndex={tabIndex}
          aria-current={selected || undefined}
          aria-describedby={id}
          title={update.symbol}
          onClick={() => onSelect(update.symbol)}
          onFocus={() => onFocus(update.symbol)}
        >
          <bdi>{update.symbol}</bdi>
        </button>
        <span className="tf">{update.timeframe}</span>
        <Watched symbol={update.symbol} />
        {update.stage === 'analysis' && (
          <Tip className="prov" text={PROVISIONAL_REASON} tabIndex={tabIndex}>
            provisional
          </Tip>
        )}
        <LastPrice update={update} />
      </div>
      <div className="l2">
        <span className="sig">{update.signal}</span>
        <Confidence update={update} />
      </div>
      <Marks update={update} flippedFrom={flippedFrom} tabIndex={tabIndex} />
    </li>
  );
}

function Watched({ symbol }: { symbol: string }) {
  return useWatched(symbol) ? <Star title="On the watchlist" /> : null;
}

function Age({ update }: { update: SidebarUpdate }) {
  const text = useClock(({ present }) => ageText(present - instantOf(update)));
  return (
    <time className="age" dateTime={update.analyzed_at} title={`Analysed ${momentText(instantOf(update))}`}>
      {text}
    </time>
  );
}

function Confidence({ update }: { update: SidebarUpdate }) {
  const adjusted = wasAdjusted(update);
  return (
    <>
      <span className="bar" aria-hidden="true">
        <i className="fill" style={{ transform: `scaleX(${update.confidence})` }} />
        {adjusted && <i className="ghost" style={{ left: `${update.original_confidence * 100}%` }} />}
      </span>
      <span className="conf">
        {adjusted && (
          <s>
            <span className="unseen">before adjustment </span>
            {percent(update.original_confidence)}
          </s>
        )}
        <b>{percent(update.confidence)}</b>
      </span>
    </>
  );
}

interface MarksProps {
  update: SidebarUpdate;
  flippedFrom: SidebarUpdate['signal'] | null;
  tabIndex: number;
}

function Marks({ update, flippedFrom, tabIndex }: MarksProps) {
  const { risk } = toSidebarDisplay(update);
  const crowded = [update.degraded, update.warning !== null, flippedFrom !== null].filter(Boolean).length > 1;
  return (
    <div className={crowded ? 'l3 crowded' : 'l3'}>
      <span className={`risk ${risk.toLowerCase()}`}>
        {risk}
        <span className="unseen"> risk</span>
      </span>
      <Tip className="ph" text={phaseReason(update)} tabIndex={tabIndex}>
        <span className="long">{capital(update.wyckoff_phase)}</span>
        <span className="short" aria-hidden="true">
          {PHASE_SHORT[update.wyckoff_phase]}
        </span>
      </Tip>
      {flippedFrom && (
        <Tip className={`was ${flippedFrom.toLowerCase()}`} text={flipReason(update, flippedFrom)} tabIndex={tabIndex}>
          was <Shape signal={flippedFrom} />
          <span className="unseen">{flippedFrom}</span>
        </Tip>
      )}
      {update.degraded && (
        <Tip className="badge deg" text={degradedReason(update)} tabIndex={tabIndex}>
          Degraded
        </Tip>
      )}
      {update.warning !== null && (
        <Tip className="badge hh" text={hiddenHandReason(update)} tabIndex={tabIndex}>
          Hidden Hand
        </Tip>
      )}
      <Age update={update} />
    </div>
  );
}
