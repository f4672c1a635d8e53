import { memo, useId, useState } from 'react';
import type { Signal } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';
import { ageText, isOld } from '../state/age.ts';
import { instantOf } from '../state/signals.ts';
import { useClock, useSignal } from '../state/stores.ts';
import {
  capital,
  degradedReason,
  hiddenHandReason,
  PROVISIONAL_REASON,
  phaseReason,
  rowName,
  wasAdjusted,
} from './row-words.ts';
import { Shape } from './shape.tsx';
import { Tooltip } from './tooltip.tsx';

interface SignalRowProps {
  symbol: string;
  selected: boolean;
  /** One row of the list is a stop for Tab; j, k and the arrows go to the others. */
  current: boolean;
  onSelect(symbol: string): void;
  onFocus(symbol: string): void;
}

/** What changed since the row came on screen. */
function useChange(update: SidebarUpdate): { flash: boolean; flippedFrom: Signal | null } {
  const [seen, setSeen] = useState({ update, flash: false, flippedFrom: null as Signal | null });
  if (seen.update === update) return seen;
  const flipped = seen.update.signal !== update.signal;
  // The validator's result is of the same analysis, so what that had flipped from still holds.
  const sameAnalysis = seen.update.analyzed_at === update.analyzed_at;
  const flippedFrom = flipped ? seen.update.signal : sameAnalysis ? seen.flippedFrom : null;
  const next = { update, flash: true, flippedFrom };
  setSeen(next);
  return next;
}

export const SignalRow = memo(function SignalRow({ symbol, ...rest }: SignalRowProps) {
  const update = useSignal(symbol);
  return update ? <Row update={update} {...rest} /> : null;
});

type RowProps = Omit<SignalRowProps, 'symbol'> & { update: SidebarUpdate };

function Row({ update, selected, current, onSelect, onFocus }: RowProps) {
  const { flash, flippedFrom } = useChange(update);
  const old = useClock(({ present }) => isOld(present - instantOf(update), update.timeframe));
  const id = useId();
  const tabIndex = current ? 0 : -1;
  const state = [update.signal.toLowerCase(), selected && 'sel', old && 'old'].filter(Boolean).join(' ');
  return (
    <li
      className={`row ${state}`}
      id={id}
      aria-label={rowName(update)}
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
        {update.stage === 'analysis' && (
          <Tooltip className="prov" text={PROVISIONAL_REASON} tabIndex={tabIndex}>
            provisional
          </Tooltip>
        )}
        <Age update={update} />
      </div>
      <div className="l2">
        <span className="sig">{update.signal}</span>
        <Confidence update={update} />
      </div>
      <Marks update={update} flippedFrom={flippedFrom} tabIndex={tabIndex} />
    </li>
  );
}

function Age({ update }: { update: SidebarUpdate }) {
  const text = useClock(({ present }) => ageText(present - instantOf(update)));
  return (
    <time className="age" dateTime={update.analyzed_at} title={`Analysed ${update.analyzed_at}`}>
      {text}
    </time>
  );
}

function Confidence({ update }: { update: SidebarUpdate }) {
  const adjusted = wasAdjusted(update);
  return (
    <>
      <span className="bar" aria-hidden="true">
        <i className="fill" style={{ width: `${update.confidence * 100}%` }} />
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
  flippedFrom: Signal | null;
  tabIndex: number;
}

function Marks({ update, flippedFrom, tabIndex }: MarksProps) {
  const { risk } = toSidebarDisplay(update);
  return (
    <div className="l3">
      <span className={`risk ${risk.toLowerCase()}`}>
        {risk}
        <span className="unseen"> risk</span>
      </span>
      <Tooltip className="ph" text={phaseReason(update)} tabIndex={tabIndex}>
        {capital(update.wyckoff_phase)}
      </Tooltip>
      {flippedFrom && <span className="was">was {flippedFrom}</span>}
      {update.degraded && (
        <Tooltip className="badge deg" text={degradedReason(update)} tabIndex={tabIndex}>
          Degraded
        </Tooltip>
      )}
      {update.warning !== null && (
        <Tooltip className="badge hh" text={hiddenHandReason(update)} tabIndex={tabIndex}>
          Hidden Hand
        </Tooltip>
      )}
    </div>
  );
}
