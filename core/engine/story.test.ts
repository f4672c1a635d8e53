import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Assignment, type Hands, newestFirst, playStory, rowOf } from '../../e2e/story/play.ts';
import { EXPECTED_ACKS, EXPECTED_ROWS } from '../../e2e/story/story.ts';
import { AuroraBridge } from '../bridge/aurora-bridge.ts';
import { EventBus } from '../bridge/event-bus.ts';
import { SidebarList } from '../bridge/sidebar-list.ts';
import { submitSchema, type TaskView } from '../contract/task.ts';
import { systemIds } from '../kit/ids.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { OrchestratorService } from '../orchestrator/service.ts';
import { openStore, type Store } from '../store/store.ts';
import { sqliteStream } from '../stream/sqlite-stream.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const log = { info: () => {}, warn: () => {}, error: () => {} };
const market = {
  describe: (_symbol: string, _timeframe: string, payload: Record<string, unknown>) => ({
    payload,
    engine_reading: null,
    last_bar_close_ms: null,
  }),
};

const writerEntry = new URL('../store/writer-thread.ts', import.meta.url);

async function rooms(folder: string) {
  const store: Store = await openStore({ folder, origin: 'live', writerEntry });
  const clock = new FakeClock();
  const bus = new EventBus();
  const list = new SidebarList(
    store.storeEpoch,
    store.reader.newestPerSymbol(store.reader.lastOffset()),
    store.reader.lastOffset(),
  );
  bus.on('analysis-events', ({ payload }) => list.apply(payload.result));
  bus.on('signal-events', ({ payload }) => list.apply(payload.result));
  const bridge = new AuroraBridge({ stream: sqliteStream(store), bus, clock, log });
  const tasks = new OrchestratorService({
    clock,
    ids: systemIds,
    log,
    store,
    market,
    origin: 'live',
    marketTime: (now) => now,
  });
  const close = async () => {
    tasks.close();
    await bridge.close();
    await store.close();
  };
  return { store, clock, list, bridge, tasks, close };
}

/** The rooms' own hands: an agent without a socket, which takes whatever it is offered. */
function hands({ tasks, clock }: Awaited<ReturnType<typeof rooms>>): Hands {
  const offered = new Map<string, (task: Assignment) => void>();
  const waiting = new Map<string, Assignment>();
  tasks.connect(
    {
      id: 'c1',
      send(event, payload, ack) {
        if (event !== 'task_assign') return;
        const task = payload as Assignment;
        ack?.({ accept: true });
        waiting.set(task.task_id, task);
        offered.get(task.task_id)?.(task);
      },
      close: () => {},
    },
    {
      token: '',
      protocol: 1,
      agent_id: 'a',
      agent_type: 'trading',
      instance: 'a-1',
      max_concurrent: 1,
      running: [],
      capabilities: {
        sovereign_access: true,
        trading_analysis: true,
        trading_signal: true,
        hidden_hand_validation: true,
      },
    },
  );
  return {
    now: () => clock.now(),
    async submit(task) {
      const { reply } = await tasks.submit(submitSchema.parse(task), null);
      if (!reply.ok) throw new Error(reply.message);
      return (reply.task as TaskView).task_id;
    },
    async assigned(taskId) {
      const task = waiting.get(taskId) ?? (await new Promise<Assignment>((resolve) => offered.set(taskId, resolve)));
      waiting.delete(taskId);
      return task;
    },
    complete: ({ task_id, lease }, result) => tasks.receive('c1', 'task_complete', { task_id, lease, result }),
  };
}

describe('the story in core', () => {
  it('ends in the expected rows, and the store alone shows the same after a second start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const first = await rooms(folder);
    expect(await playStory(hands(first))).toEqual(EXPECTED_ACKS);
    await first.bridge.drained();
    const shown = newestFirst(first.list.above(0)).map(rowOf);
    expect(shown).toEqual(
      EXPECTED_ROWS.map((row) => ({
        ...row,
        warning: row.warning === null ? null : expect.stringContaining(row.warning),
        provisional: false,
      })),
    );
    await first.close();

    const second = await rooms(folder);
    closing.push(second.close);
    expect(newestFirst(second.list.above(0)).map(rowOf)).toEqual(shown);
  });
});
