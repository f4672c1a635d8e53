import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { OutboxRow } from '../store/outbox.ts';
import {
  awayKey,
  HEAD_KEY,
  NEWEST_KEY,
  PROCESSING_KEY,
  RESULTS_CHANNEL,
  SCREEN_KEY,
  STREAM_KEY,
} from './redis-keys.ts';

/**
 * The only writer of what Redis holds. It does nothing where the stream is not as the relay believes it to be;
 * else all of one call is seen by others at once.
 */
const LUA = `
local stream, newest, head, screen, processing, away = unpack(KEYS)
local told = cjson.decode(ARGV[1])

local function last_id()
  local kind = redis.call('TYPE', stream).ok
  if kind ~= 'stream' then return kind end
  local info = redis.call('XINFO', 'STREAM', stream)
  for at = 1, #info, 2 do
    if info[at] == 'last-generated-id' then return info[at + 1] end
  end
end

local function held_epoch()
  if redis.call('TYPE', head).ok ~= 'hash' then return '' end
  return redis.call('HGET', head, 'store_epoch') or ''
end

local last, held = last_id(), held_epoch()
if last ~= told.last or held ~= told.held then return { 0, last, held } end

local function groups()
  local found = {}
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = {}
    for at = 1, #info, 2 do group[info[at]] = info[at + 1] end
    found[#found + 1] = group
  end
  return found
end

local function is_above(one, other)
  local one_ms, one_seq = string.match(one, '^(%d+)-(%d+)$')
  local other_ms, other_seq = string.match(other, '^(%d+)-(%d+)$')
  if one_ms ~= other_ms then return tonumber(one_ms) > tonumber(other_ms) end
  return tonumber(one_seq) > tonumber(other_seq)
end

local function cut_above(base)
  while true do
    local forged = redis.call('XRANGE', stream, '(' .. base, '+', 'COUNT', 500)
    if #forged == 0 then break end
    for _, entry in ipairs(forged) do redis.call('XDEL', stream, entry[1]) end
  end
  redis.call('XSETID', stream, base)
  for _, group in ipairs(groups()) do
    if is_above(group['last-delivered-id'], base) then redis.call('XGROUP', 'SETID', stream, group.name, base) end
  end
end

if told.action == 'begin' then
  if last ~= 'none' then
    redis.call('RENAME', stream, away)
    redis.call('EXPIRE', away, told.away_s)
  end
  -- A clock that was set back makes no life older than the one before it.
  local before_ms = tonumber(redis.call('HGET', head, 'begun_ms') or '') or 0
  redis.call('DEL', newest, head)
  redis.call('HSET', head, 'store_epoch', told.epoch, 'begun_ms', math.max(told.now_ms, before_ms + 1))
elseif told.action == 'mend' then
  cut_above(told.base .. '-0')
  redis.call('DEL', newest)
end
if told.action ~= 'append' then redis.call('HSET', head, 'offset', told.base, 'hash', told.base_hash) end
redis.call('HSET', head, 'now_ms', told.now_ms)
if ARGV[2] ~= '' then redis.call('SET', screen, ARGV[2]) end
if told.processing then
  redis.call('DEL', processing)
  for _, task_id in ipairs(told.processing) do redis.call('SADD', processing, task_id) end
end

local FIELDS = 10
local function keep_newest(symbol, analyzed, stage, offset, previous, body)
  local shown = redis.call('HGET', newest, symbol)
  if shown then
    local a, s, o = string.match(shown, '^{"order":%[(%-?%d+),(%d+),(%d+)%]')
    a, s, o = tonumber(a), tonumber(s), tonumber(o)
    local at, st, of = tonumber(analyzed), tonumber(stage), tonumber(offset)
    if a and (a > at or (a == at and (s > st or (s == st and o >= of)))) then return end
  end
  local order = '{"order":[' .. analyzed .. ',' .. stage .. ',' .. offset .. '],"previous_hash":"' .. previous .. '"'
  redis.call('HSET', newest, symbol, order .. ',"result":' .. body .. '}')
end

local added, added_hash
for at = 3, #ARGV, FIELDS do
  local kind, offset, task_id, task_type, symbol = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local order, previous, hash, payload, body = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7], ARGV[at + 8], ARGV[at + 9]
  if symbol ~= '' then
    local analyzed, stage = string.match(order, '^(%-?%d+) (%d+)$')
    keep_newest(symbol, analyzed, stage, offset, previous, body)
  end
  if kind == 'entry' then
    redis.call('XADD', stream, offset .. '-0', 'task_id', task_id, 'task_type', task_type, 'result', body,
      'store_epoch', told.epoch, 'hash', hash, 'previous_hash', previous)
    if payload ~= '' then redis.call('PUBLISH', told.channel .. task_type, payload) end
    added, added_hash = offset, hash
  end
end

if added then
  redis.call('HSET', head, 'offset', added, 'hash', added_hash)
  local from = tonumber(added) - told.kept
  if from > 0 then
    local floor = string.format('%.0f-0', from)
    for _, group in ipairs(groups()) do
      local needed = group['last-delivered-id']
      if group.pending > 0 then needed = redis.call('XPENDING', stream, group.name)[2] end
      if is_above(floor, needed) then floor = needed end
    end
    redis.call('XTRIM', stream, 'MINID', '~', floor)
  end
end
return { 1, last_id(), told.epoch }
`;
const SHA = createHash('sha1').update(LUA).digest('hex');
/** How long the stream of another life is kept for whoever still reads it. */
const AWAY_S = 7 * 24 * 3_600;

/** How the stream stands: its last id (or what is there in its place), and the store's life that it is of. */
export interface Standing {
  last: string;
  held: string;
}

export interface RelayCall {
  /** `begin`: put away what is there; `mend`: cut what lies above `base`, and make the newest anew. */
  action: 'append' | 'mend' | 'begin';
  /** How it has to stand, else nothing happens. */
  seen: Standing;
  base: number;
  baseHash: string;
  epoch: string;
  nowMs: number;
  /** How many offsets are kept, and more where a group has not acked them. */
  kept: number;
  /** What has changed since the last call; null where nothing has. */
  screen: string | null;
  processing: readonly string[] | null;
  /** The newest of each symbol up to the base. */
  seeds: readonly OutboxRow[];
  entries: readonly OutboxRow[];
  /** Only what lies above is told to whoever listens. */
  publishAbove: number;
}

function fieldsOf(kind: 'seed' | 'entry', row: OutboxRow, publishAbove: number): string[] {
  return [
    kind,
    String(row.offset),
    row.task_id,
    row.task_type,
    row.symbol ?? '',
    `${row.analyzed_ms} ${row.stage_rank}`,
    row.previous_hash,
    row.hash,
    kind === 'entry' && row.offset > publishAbove ? payloadOf(row) : '',
    row.body,
  ];
}

/** What the event bus carries. Of a user's own type the result is what the agent sent. */
function payloadOf({ body, task_id, task_type, symbol, offset }: OutboxRow): string {
  const record = JSON.parse(body) as Record<string, unknown>;
  const { completed_by, completed_at, persisted_at } = record;
  const result = symbol === null ? record.result : record;
  return JSON.stringify({ task_id, task_type, result, completed_by, completed_at, persisted_at, offset });
}

/** Runs the script; `moved` is false where the stream stood otherwise and nothing has happened. */
export async function relayTo(redis: Redis, call: RelayCall): Promise<Standing & { moved: boolean }> {
  const { action, seen, base, baseHash, epoch, nowMs, kept, processing } = call;
  const told = {
    action,
    ...seen,
    base: String(base),
    base_hash: baseHash,
    epoch,
    now_ms: String(nowMs),
    kept,
    away_s: AWAY_S,
    channel: RESULTS_CHANNEL,
  };
  const args = [
    '6',
    ...[STREAM_KEY, NEWEST_KEY, HEAD_KEY, SCREEN_KEY, PROCESSING_KEY, awayKey(seen.held)],
    JSON.stringify(processing === null ? told : { ...told, processing }),
    call.screen ?? '',
    ...call.seeds.flatMap((row) => fieldsOf('seed', row, call.publishAbove)),
    ...call.entries.flatMap((row) => fieldsOf('entry', row, call.publishAbove)),
  ];
  const [moved, last, held] = (await evaluate(redis, args)) as [number, string, string];
  return { moved: moved === 1, last, held };
}

async function evaluate(redis: Redis, args: string[]): Promise<unknown> {
  try {
    return await redis.call('EVALSHA', SHA, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.call('EVAL', LUA, ...args);
  }
}
