import { describe, expect, it, onTestFinished } from 'vitest';
import type { CompletedPayload } from '../contract/bus.ts';
import type { StreamEntry } from '../contract/facts.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { AuroraBridge } from './aurora-bridge.ts';
import { EventBus } from './event-bus.ts';
import { aRecord } from './testing/a-record.ts';

/** A durable stream of one group: what is not acked comes again. */
function aStream() {
  const stream = { entries: [] as StreamEntry[], acked: 0, refusing: false, appended: () => {} };
  return Object.assign(stream, {
    read: async (_group: string, limit: number) =>
      stream.entries.filter(({ offset }) => offset > stream.acked).slice(0, limit),
    ack: async (_group: string, offset: number) => {
      if (stream.refusing) throw new Error('disk full');
      stream.acked = offset;
    },
    onAppended: (listener: () => void) => {
      stream.appended = listener;
      return () => {};
    },
    add(task_type: string, result: StreamEntry['result'] = aRecord(stream.entries.length + 1)) {
      stream.entries.push({
        offset: stream.entries.length + 1,
        task_id: `t${stream.entries.length + 1}`,
        task_type,
        result,
      });
    },
  });
}

function aBridge(stream = aStream()) {
  const bus = new EventBus();
  const clock = new FakeClock();
  const heard: string[] = [];
  const note =
    (channel: string) =>
    ({ payload }: { payload: CompletedPayload }) =>
      void heard.push(`${channel} ${payload.offset}`);
  bus.on('analysis-events', note('analysis'));
  bus.on('signal-events', note('signal'));
  const bridge = new AuroraBridge({ stream, bus, clock, log: { info: () => {}, warn: () => {}, error: () => {} } });
  onTestFinished(() => bridge.close());
  return { stream, bridge, clock, heard };
}

describe('AuroraBridge', () => {
  it('publishes what is stored in offset order, each stage on its channel, and acks it', async () => {
    const { stream, bridge, heard } = aBridge();
    stream.add('trading_analysis');
    stream.add('trading_signal');
    stream.add('report', null);
    stream.add('trading_analysis');
    await bridge.drained();
    expect(heard).toEqual(['analysis 1', 'signal 2', 'analysis 4']);
    expect(stream.acked).toBe(4);
  });

  it('is woken at whatever moment of its ending, and reads on at once', async () => {
    for (let moment = 0; moment < 12; moment += 1) {
      const { stream, bridge, heard } = aBridge();
      bridge.wake();
      for (let passed = 0; passed < moment; passed += 1) await null;
      stream.add('trading_analysis');
      await bridge.drained();
      expect([moment, ...heard]).toEqual([moment, 'analysis 1']);
    }
  });

  it('FM-RF-003 publishes again what was not acked by a bridge before it', async () => {
    const stream = aStream();
    stream.add('trading_analysis');
    const before = aBridge(stream);
    stream.refusing = true;
    await before.bridge.drained();
    await before.bridge.close();
    stream.refusing = false;
    const after = aBridge(stream);
    await after.bridge.drained();
    expect(after.heard).toEqual(['analysis 1']);
  });

  it('FM-RF-003 acks only what it has published, so that a bridge that dies in between loses nothing', async () => {
    const { stream, bridge, heard } = aBridge();
    const { ack } = stream;
    const atAck: string[][] = [];
    stream.ack = (group, offset) => {
      atAck.push([...heard]);
      return ack(group, offset);
    };
    stream.add('trading_analysis');
    stream.add('trading_signal');
    await bridge.drained();
    expect(atAck).toEqual([['analysis 1', 'signal 2']]);
  });

  it('tries again by itself after a failure', async () => {
    const { stream, bridge, clock, heard } = aBridge();
    stream.add('trading_analysis');
    stream.refusing = true;
    await bridge.drained();
    expect(stream.acked).toBe(0);
    stream.refusing = false;
    clock.advance(1_000);
    await bridge.drained();
    expect(stream.acked).toBe(1);
    expect(heard).toEqual(['analysis 1', 'analysis 1']);
  });

  it('wakes when something was appended', async () => {
    const { stream, bridge, heard } = aBridge();
    await bridge.drained();
    stream.add('trading_signal');
    stream.appended();
    await bridge.drained();
    expect(heard).toEqual(['signal 1']);
  });
});
