BEGIN TRANSACTION;
CREATE TABLE consumer_groups (name TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
INSERT INTO "consumer_groups" VALUES('aurora_bridge',9);
CREATE TABLE late_results (
  task_id TEXT NOT NULL REFERENCES tasks (task_id),
  lease INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (task_id, lease)
) STRICT;
CREATE TABLE leases (
  lease INTEGER PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks (task_id),
  agent_id TEXT NOT NULL,
  granted_ms INTEGER NOT NULL,
  declined INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE market_positions (feeds TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "meta" VALUES('store_epoch','an-epoch-of-the-first-schema');
INSERT INTO "meta" VALUES('origin','live');
CREATE TABLE raw_contents (
  offset INTEGER PRIMARY KEY REFERENCES results (offset),
  content TEXT NOT NULL
) STRICT;
INSERT INTO "raw_contents" VALUES(2,'the model said 1');
INSERT INTO "raw_contents" VALUES(4,'the model said 3');
INSERT INTO "raw_contents" VALUES(6,'the model said 5');
INSERT INTO "raw_contents" VALUES(8,'the model said 7');
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
INSERT INTO "results" VALUES(1,'task-0','trading_analysis',0,'ADA/BTC','5m',1767614400000,0,'{"task_id":"task-0","symbol":"ADA/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:00.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:00.000Z","completed_at":"2026-01-05T12:00:00.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":30000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":1,"hash":"cbea6cb233561ff2497998f4ea7155e98057e756eb210ea213a2a1a5a2681a71"}','cbea6cb233561ff2497998f4ea7155e98057e756eb210ea213a2a1a5a2681a71');
INSERT INTO "results" VALUES(2,'task-1','trading_analysis',1,'ETH/BTC','5m',1767614401000,0,'{"task_id":"task-1","symbol":"ETH/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:01.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:01.000Z","completed_at":"2026-01-05T12:00:01.000Z","claimed":{},"raw_content_hash":"77d54dd5f29cbed1d78706b87f2b2a93b2ec154eb245cfc585117ec128bd5859","latency_ms":{"settled":0,"persisted":29000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":2,"hash":"8f3a00a3c3d97683c5afc4a4b810683d3c0818ec235f55d02f163385c9bc32ba"}','8f3a00a3c3d97683c5afc4a4b810683d3c0818ec235f55d02f163385c9bc32ba');
INSERT INTO "results" VALUES(3,'task-2','trading_analysis',2,'GOOG','5m',1767614402000,0,'{"task_id":"task-2","symbol":"GOOG","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:02.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:02.000Z","completed_at":"2026-01-05T12:00:02.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":28000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":3,"hash":"9b09e4fe058a51d19b2276e92509e4da2002e5489aaceaea269a3be00295869f"}','9b09e4fe058a51d19b2276e92509e4da2002e5489aaceaea269a3be00295869f');
INSERT INTO "results" VALUES(4,'task-3','trading_analysis',3,'ADA/BTC','5m',1767614403000,0,'{"task_id":"task-3","symbol":"ADA/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:03.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:03.000Z","completed_at":"2026-01-05T12:00:03.000Z","claimed":{},"raw_content_hash":"f327c01468cbb8109f3d9a15a8f361fd33ddcea0ab6ad40696d1dafec7fb3ae1","latency_ms":{"settled":0,"persisted":27000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":4,"hash":"3fc386ad5cd4ab43ee0bbd0ee68cdf10fb4e5ed37a13ead8a4771ea420f4c698"}','3fc386ad5cd4ab43ee0bbd0ee68cdf10fb4e5ed37a13ead8a4771ea420f4c698');
INSERT INTO "results" VALUES(5,'task-4','trading_analysis',4,'ETH/BTC','5m',1767614404000,0,'{"task_id":"task-4","symbol":"ETH/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:04.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:04.000Z","completed_at":"2026-01-05T12:00:04.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":26000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":5,"hash":"5db16afd1c6caa6180bb24a29741de45f2d31763a9b853b5a987a9789beac329"}','5db16afd1c6caa6180bb24a29741de45f2d31763a9b853b5a987a9789beac329');
INSERT INTO "results" VALUES(6,'task-5','trading_analysis',5,'GOOG','5m',1767614405000,0,'{"task_id":"task-5","symbol":"GOOG","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:05.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:05.000Z","completed_at":"2026-01-05T12:00:05.000Z","claimed":{},"raw_content_hash":"1a8e21a93441f7ba80f2554c6ff3324918f772f1bf9d413762cda70e9964cc09","latency_ms":{"settled":0,"persisted":25000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":6,"hash":"3363e9a8f43da73eabdf50654fa36a04f5e25a89a0dd2018fc0a2b881a5e4f56"}','3363e9a8f43da73eabdf50654fa36a04f5e25a89a0dd2018fc0a2b881a5e4f56');
INSERT INTO "results" VALUES(7,'task-6','trading_analysis',6,'ADA/BTC','5m',1767614406000,0,'{"task_id":"task-6","symbol":"ADA/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:06.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:06.000Z","completed_at":"2026-01-05T12:00:06.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":24000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":7,"hash":"2406782f05997822014fa27dcfbbdef813b4d2cf7491f7140ca39baeb35e14c7"}','2406782f05997822014fa27dcfbbdef813b4d2cf7491f7140ca39baeb35e14c7');
INSERT INTO "results" VALUES(8,'task-7','trading_analysis',7,'ETH/BTC','5m',1767614407000,0,'{"task_id":"task-7","symbol":"ETH/BTC","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:07.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:07.000Z","completed_at":"2026-01-05T12:00:07.000Z","claimed":{},"raw_content_hash":"295afeb79b675bae1abc59e14b50b80116ca2400e05071dd537ee03b2f726d97","latency_ms":{"settled":0,"persisted":23000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":8,"hash":"a84f3fd3bd1fdebb97ae6bfaea96ee98427c3a5978d1ebaf2f6e687f47b8b5fb"}','a84f3fd3bd1fdebb97ae6bfaea96ee98427c3a5978d1ebaf2f6e687f47b8b5fb');
INSERT INTO "results" VALUES(9,'task-8','trading_analysis',8,'GOOG','5m',1767614408000,0,'{"task_id":"task-8","symbol":"GOOG","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:08.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:08.000Z","completed_at":"2026-01-05T12:00:08.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":22000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":9,"hash":"f1ae35635c713df187a481c5aef055c13179ac8fe557bf9d9dff3d0594894f33"}','f1ae35635c713df187a481c5aef055c13179ac8fe557bf9d9dff3d0594894f33');
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
INSERT INTO "tasks" VALUES('task-0','trading_analysis','ADA/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',0,0,'[]',1767615300000,1767614400000);
INSERT INTO "tasks" VALUES('task-1','trading_analysis','ETH/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',1,0,'[]',1767615300000,1767614401000);
INSERT INTO "tasks" VALUES('task-2','trading_analysis','GOOG','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',2,0,'[]',1767615300000,1767614402000);
INSERT INTO "tasks" VALUES('task-3','trading_analysis','ADA/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',3,0,'[]',1767615300000,1767614403000);
INSERT INTO "tasks" VALUES('task-4','trading_analysis','ETH/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',4,0,'[]',1767615300000,1767614404000);
INSERT INTO "tasks" VALUES('task-5','trading_analysis','GOOG','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',5,0,'[]',1767615300000,1767614405000);
INSERT INTO "tasks" VALUES('task-6','trading_analysis','ADA/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',6,0,'[]',1767615300000,1767614406000);
INSERT INTO "tasks" VALUES('task-7','trading_analysis','ETH/BTC','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',7,0,'[]',1767615300000,1767614407000);
INSERT INTO "tasks" VALUES('task-8','trading_analysis','GOOG','5m','{}',0,1767614400000,NULL,NULL,NULL,NULL,'completed',NULL,0,'a',8,0,'[]',1767615300000,1767614408000);
INSERT INTO "tasks" VALUES('task-8:signal','trading_signal','GOOG','5m','{"symbol":"GOOG","timeframe":"5m","analysis":{"task_id":"task-8","symbol":"GOOG","timeframe":"5m","signal":"BUY","confidence":0.8,"original_confidence":0.8,"adjustments":[],"fallback_used":false,"degraded_inference":false,"degradation_reason":null,"phase_signal_conflict":false,"hidden_hand_warning":null,"wyckoff_phase":"unknown","volume_trend":"unknown","market_readings":{"agent":null,"engine":null},"risk_score":0.5,"reasoning":"because","analyzed_at":"2026-01-05T12:00:08.000Z","model":null,"stage":"analysis","analysis_task_id":null,"origin":"live","context_tier":null,"usage":null,"attempt":1,"completed_by":"a","received_at":"2026-01-05T12:00:08.000Z","completed_at":"2026-01-05T12:00:08.000Z","claimed":{},"raw_content_hash":null,"latency_ms":{"settled":0,"persisted":22000},"persisted_at":"2026-01-05T12:00:30.000Z","store_epoch":"an-epoch-of-the-first-schema","offset":9,"hash":"f1ae35635c713df187a481c5aef055c13179ac8fe557bf9d9dff3d0594894f33"},"market_context":null}',0,1767614408000,NULL,'task-8',NULL,NULL,'queued',NULL,0,NULL,NULL,0,'[]',1767615308000,NULL);
CREATE INDEX tasks_by_state ON tasks (state, created_ms);
CREATE INDEX leases_by_task ON leases (task_id);
CREATE INDEX results_by_symbol ON results (symbol, analyzed_ms DESC, stage_rank DESC, offset DESC) WHERE symbol IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('results',9);
COMMIT;
PRAGMA user_version = 1;
