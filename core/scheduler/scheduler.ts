/** What the scheduler asks of the orchestrator. */
export interface Queue {
  isWaiting(taskType: string, symbol: string): boolean;
  submit(symbol: string, timeframe: string): void;
}

/** Each closed bar of a symbol makes an analysis, unless that symbol still has one that nobody took up. */
export const analyseOnClose =
  (queue: Queue) =>
  ({ symbol, timeframe }: { symbol: string; timeframe: string }): void => {
    if (!queue.isWaiting('trading_analysis', symbol)) queue.submit(symbol, timeframe);
  };
