import { AuroraError } from '../kit/errors.ts';

/** The public bars of an exchange, whoever brings them; what it answers is not to be trusted. */
export interface Exchange {
  readonly name: string;
  /**
   * Bars that open at `since` (epoch ms) or later, oldest first, at most `limit`. Rejects with an ExchangeError.
   */
  bars(symbol: string, timeframe: string, since: number, limit: number): Promise<unknown>;
  /** Digits after the point of a price of the symbol; null where the exchange does not say. */
  decimals(symbol: string): number | null;
}

/** Why an exchange gave no bars: it cannot be reached, asks for a pause, or will never answer this. */
export class ExchangeError extends AuroraError {
  readonly code = 'AURORA_EXCHANGE';
  readonly is: 'unreachable' | 'limited' | 'refused';

  constructor(is: ExchangeError['is'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.is = is;
  }
}
