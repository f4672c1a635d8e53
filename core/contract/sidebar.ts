import { z } from 'zod';
import { tradingAnalysisResultSchema } from './result.ts';
import { setKeySchema, settingsChangeSchema } from './settings.ts';
import { sovereignStateSchema } from './sovereign-state.ts';
import { tokenRequestSchema } from './tokens.ts';

const record = tradingAnalysisResultSchema.shape;

/** One row of the sidebar: the newest settled result of a symbol. `timestamp` is `completed_at`. */
export const sidebarUpdateSchema = z.object({
  type: z.literal('sidebar_update'),
  symbol: record.symbol,
  signal: record.signal,
  confidence: record.confidence,
  timestamp: z.string(),
  timeframe: record.timeframe,
  risk_score: record.risk_score,
  original_confidence: record.original_confidence,
  adjustments: record.adjustments,
  degraded: z.boolean(),
  warning: z.string().nullable(),
  wyckoff_phase: record.wyckoff_phase,
  volume_trend: record.volume_trend,
  analyzed_at: z.string(),
  stage: record.stage,
  origin: record.origin,
  offset: record.offset,
  task_id: z.string(),
  model: z.string().nullable(),
  completed_by: z.string(),
});
export type SidebarUpdate = z.output<typeof sidebarUpdateSchema>;

/** The most updates in one socket message; the next leaves after the ack. */
export const UPDATES_PER_BATCH = 500;

export const viewerHandshakeSchema = z.object({
  token: z.string().max(512),
  protocol: z.number(),
  store_epoch: z.string().max(64).nullish(),
  offset: z.number().int().nonnegative().nullish(),
});
export type ViewerHandshake = z.output<typeof viewerHandshakeSchema>;

export const snapshotSchema = z.object({
  store_epoch: z.string(),
  offset: z.number().int(),
  /** False when it holds only what changed since the viewer's cursor. */
  full: z.boolean(),
  updates: z.array(sidebarUpdateSchema),
});
export type Snapshot = z.output<typeof snapshotSchema>;

const priceSchema = z.object({
  symbol: record.symbol,
  price: z.number(),
  time: z.string(),
  /** Digits after the point: what the exchange says, else those of the most exact of the newest closes. */
  decimals: z.number().int().nonnegative().nullish(),
  /** What it was when the symbol's newest signal was analysed, where bars of then are held. */
  signal: z.object({ analyzed_at: z.string(), price: z.number() }).nullish(),
});
const pricesSchema = z.array(priceSchema);
export type Price = z.output<typeof priceSchema>;
export type Prices = z.output<typeof pricesSchema>;

export const statusSchema = z.object({
  origin: record.origin,
  /** Where the market clock stands; null where the origin is live. */
  market_time: z.string().nullable(),
  /** True once a replay has come to its end. */
  ended: z.boolean(),
  agents: z.array(
    z.object({
      agent_id: z.string(),
      agent_type: z.string(),
      state: z.enum(['idle', 'busy', 'disconnected', 'draining', 'quarantined']),
      tasks: z.array(z.string()),
      sovereign: sovereignStateSchema.extend({ circuit: z.string() }).nullable(),
    }),
  ),
  waiting: z.array(
    z.object({
      task_type: z.string(),
      count: z.number().int(),
      reason: z.string(),
      missing: z.array(z.string()),
    }),
  ),
  circuits: z.array(z.object({ name: z.string(), state: z.string() })),
  /** Results stored but not yet pushed. */
  lag: z.number().int(),
  /** Null, or the sentence that says why nothing is being saved. */
  not_saved: z.string().nullable(),
  /** Of a gateway: why what it shows may be old; null, or left out, where it hears the engine. */
  silent: z.string().nullish(),
  /** What the store has found wrong with itself, one sentence each. */
  alarms: z.array(z.string()).default([]),
  persisted: z.object({ offset: z.number().int(), at: z.string().nullable() }),
  /** When the newest backup of the store was taken; null where there is none. */
  last_backup: z.string().nullish(),
  feeds: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      symbols: z.number().int(),
      /** What is wrong with it and what to do, or what stood out lately; null where nothing is. */
      message: z.string().nullish(),
    }),
  ),
  /** How the copy in Redis stands; null where there is none. */
  redis: z
    .object({
      address: z.string(),
      connected: z.boolean(),
      offset: z.number().int(),
      /** Results stored and not copied yet. */
      lag: z.number().int(),
      reconnects: z.number().int(),
      /** How often the copy was not as it was left, and was made so again. */
      refills: z.number().int(),
      /** Entries of strangers that were taken out. */
      forged: z.number().int(),
      /** What is wrong with it; null where nothing is. */
      message: z.string().nullable(),
    })
    .nullish(),
  version: z.string(),
});
export type Status = z.output<typeof statusSchema>;

/** What the engine sends to a viewer, by event name. */
export const engineToViewerSchemas = {
  snapshot: snapshotSchema,
  /** Ascending by offset, the newest per symbol. */
  sidebar_update: z.array(sidebarUpdateSchema).max(UPDATES_PER_BATCH),
  prices: pricesSchema,
  status: statusSchema,
} as const;
export type EngineToViewer = {
  [E in keyof typeof engineToViewerSchemas]: z.output<(typeof engineToViewerSchemas)[E]>;
};

/** What a viewer says that it shows by now: the highest offset on screen, and when it was painted. */
export const paintedSchema = z.object({ offset: z.number().int().positive(), at: z.iso.datetime() });
export type Painted = z.output<typeof paintedSchema>;

const id = z.string().max(128).optional();
const task_id = z.string().min(1).max(256);
const agent_id = z.string().min(1).max(64);

/** What an operator may ask for over the socket. */
export const commandSchema = z.discriminatedUnion('name', [
  z.object({ id, name: z.literal('submit'), args: z.record(z.string(), z.unknown()) }),
  z.object({ id, name: z.literal('retry'), args: z.object({ task_id }) }),
  z.object({
    id,
    name: z.literal('cancel'),
    args: z.object({ task_id, reason: z.string().max(500).default('cancelled by the operator') }),
  }),
  /** The agent finishes what it has and is offered nothing new, until `resume` names it. */
  z.object({ id, name: z.literal('drain'), args: z.object({ agent_id }) }),
  z.object({ id, name: z.literal('pause'), args: z.object({}).default({}) }),
  /** Ends a pause, or the draining of the agent that it names. */
  z.object({ id, name: z.literal('resume'), args: z.object({ agent_id: agent_id.optional() }).default({}) }),
  /** Who may come in; a made token is in the answer this once. */
  z.object({ id, name: z.literal('token'), args: tokenRequestSchema }),
  z.object({ id, name: z.literal('backup'), args: z.object({}).default({}) }),
  /** Reads the settings, after a change where one is asked for. */
  z.object({
    id,
    name: z.literal('settings'),
    args: z.object({ change: settingsChangeSchema.optional() }).default({}),
  }),
  z.object({ id, name: z.literal('set_key'), args: setKeySchema }),
]);
export type Command = z.output<typeof commandSchema>;
