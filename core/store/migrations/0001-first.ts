/** The first schema: tasks and their leases, results as the stream, what came too late, and cursors. */
export const first = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE tasks (
  task_id TEXT PRIMARY KEY,
  task_type TEXT NOT NULL,
  symbol TEXT,
  timeframe TEXT,
  payload TEXT NOT NULL,
  priority INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  idempotency_key TEXT UNIQUE,
  analysis_task_id TEXT,
  engine_reading TEXT,
  last_bar_close_ms INTEGER,
  state TEXT NOT NULL,
  reason TEXT,
  attempt INTEGER NOT NULL,
  agent TEXT,
  lease INTEGER,
  processing INTEGER NOT NULL,
  failures TEXT NOT NULL,
  deadline_ms INTEGER NOT NULL,
  ended_ms INTEGER
) STRICT;
CREATE INDEX tasks_by_state ON tasks (state, created_ms);

CREATE TABLE leases (
  lease INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks (task_id),
  agent_id TEXT NOT NULL,
  granted_ms INTEGER NOT NULL,
  declined INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX leases_by_task ON leases (task_id);

CREATE TABLE results (
  offset INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL UNIQUE REFERENCES tasks (task_id),
  task_type TEXT NOT NULL,
  lease INTEGER NOT NULL,
  symbol TEXT,
  timeframe TEXT,
  analyzed_ms INTEGER,
  stage_rank INTEGER,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX results_by_symbol ON results (symbol, analyzed_ms DESC, stage_rank DESC, offset DESC) WHERE symbol IS NOT NULL;

CREATE TABLE raw_contents (
  offset INTEGER PRIMARY KEY REFERENCES results (offset),
  content TEXT NOT NULL
) STRICT;

CREATE TABLE late_results (
  task_id TEXT NOT NULL REFERENCES tasks (task_id),
  lease INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (task_id, lease)
) STRICT;

CREATE TABLE consumer_groups (name TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT;

CREATE TABLE market_positions (feeds TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
`;
