/** Closed bars of live markets, so that a restart has what the exchange may no longer give. */
export const bars = `
CREATE TABLE bars (
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  time INTEGER NOT NULL,
  open REAL NOT NULL,
  high REAL NOT NULL,
  low REAL NOT NULL,
  close REAL NOT NULL,
  volume REAL NOT NULL,
  PRIMARY KEY (symbol, timeframe, time)
) STRICT, WITHOUT ROWID;
`;
