import { useEffect, useRef, useState } from 'react';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { compareOrder } from '../../core/signals/newer.ts';
import { useStores } from '../state/stores.ts';

/** The stored records of the symbol that is open, newest first by R4. */
export interface Records {
  items: readonly TradingAnalysisResult[];
  /** Why they could not be had, where they could not. */
  fault: string | null;
}

/** The record of a row; undefined until it was read. */
export const recordOf = (
  { items }: Records,
  { offset }: Pick<SidebarUpdate, 'offset'>,
): TradingAnalysisResult | undefined => items.find((record) => record.offset === offset);

/** The analysis that a record validates; undefined where it validates none, or that one is not among those read. */
export const analysisOf = (
  { analysis_task_id }: TradingAnalysisResult,
  { items }: Records,
): TradingAnalysisResult | undefined =>
  analysis_task_id === null ? undefined : items.find(({ task_id }) => task_id === analysis_task_id);

const AT_FIRST = 100;
const AFTERWARDS = 10;
const KEPT = 200;

/** Records by offset, newest first by R4; what both have counts once. */
export function mergedRecords(
  before: readonly TradingAnalysisResult[],
  more: readonly TradingAnalysisResult[],
): TradingAnalysisResult[] {
  const byOffset = new Map([...before, ...more].map((record) => [record.offset, record]));
  return [...byOffset.values()].sort((a, b) => compareOrder(b, a)).slice(0, KEPT);
}

/** Reads them up to the row's own when the symbol is opened, and what is new whenever the row says something else. */
export function useRecords({ symbol, offset }: Pick<SidebarUpdate, 'symbol' | 'offset'>): Records {
  const { api } = useStores();
  const [records, setRecords] = useState<Records>({ items: [], fault: null });
  const known = useRef(false);
  useEffect(() => {
    const asking = new AbortController();
    const limit = known.current ? AFTERWARDS : AT_FIRST;
    api.records({ symbol, upTo: offset, limit }, asking.signal).then(
      (more) => {
        known.current = true;
        setRecords(({ items }) => ({ items: mergedRecords(items, more), fault: null }));
      },
      (error: Error) => asking.signal.aborted || setRecords(({ items }) => ({ items, fault: error.message })),
    );
    return () => asking.abort();
  }, [api, symbol, offset]);
  return records;
}
