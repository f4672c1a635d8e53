import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExportQuery } from '../contract/export.ts';
import { aGateway, TOKENS } from './testing/a-gateway.ts';

/** Results without an end, and how many of them were read. */
class Endless implements Iterator<string> {
  read = 0;
  isOver = false;

  next(): IteratorResult<string> {
    this.read += 1;
    return { done: false, value: `${'x'.repeat(65_535)}\n` };
  }

  return(): IteratorResult<string> {
    this.isOver = true;
    return { done: true, value: undefined };
  }
}

async function aDoor(read: (query: ExportQuery) => Iterator<string>) {
  const gateway = await aGateway({ screen: { export: read } });
  onTestFinished(() => gateway.close());
  const ask = (query = '', token = TOKENS.viewer, signal?: AbortSignal): Promise<Response> =>
    fetch(`${gateway.url}/api/export${query}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(signal ? { signal } : {}),
    });
  return ask;
}

it('an export that is not read to its end does not hold the gateway open', async () => {
  const gateway = await aGateway({ screen: { export: () => new Endless() } });
  const headers = { authorization: `Bearer ${TOKENS.viewer}` };
  const answer = await fetch(`${gateway.url}/api/export`, { headers });
  expect(answer.status).toBe(200);
  await gateway.close();
  await expect(answer.text()).rejects.toThrow();
});

describe('GET /api/export', () => {
  it('hands on what was asked for, and the text as it comes', async () => {
    const asked: ExportQuery[] = [];
    const ask = await aDoor((query) => {
      asked.push(query);
      return ['one\n', 'two\n'].values();
    });
    const all = await ask();
    expect(await all.text()).toBe('one\ntwo\n');
    expect(all.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(all.headers.get('content-disposition')).toBe('attachment; filename="aurora-results.csv"');
    expect((await ask('?format=jsonl&symbol=ETH/BTC&since=2026-01-05')).status).toBe(200);
    expect(asked).toEqual([
      { format: 'csv', symbol: null, since: null },
      { format: 'jsonl', symbol: 'ETH/BTC', since: Date.UTC(2026, 0, 5) },
    ]);
  });

  it('is for viewers and operators, and for nothing but what can be read', async () => {
    const ask = await aDoor(() => [].values());
    expect((await ask('', TOKENS.agent)).status).toBe(403);
    expect((await ask('', 'nobody')).status).toBe(401);
    expect((await ask('?format=xls')).status).toBe(400);
    expect(await (await ask('?since=yesterday')).json()).toMatchObject({ message: 'since: an ISO 8601 time' });
  });

  it('reads no further than its reader, and lets go when that one leaves', async () => {
    const results = new Endless();
    const ask = await aDoor(() => results);
    const leave = new AbortController();
    const answer = await ask('', TOKENS.viewer, leave.signal);
    await answer.body?.getReader().read();
    let last = -1;
    const rests = (): boolean => {
      const before = last;
      last = results.read;
      return before === last;
    };
    await expect.poll(rests, { interval: 200 }).toBe(true);
    leave.abort();
    await expect.poll(() => results.isOver).toBe(true);
  });

  it('is given to four at a time', async () => {
    const ask = await aDoor(() => new Endless());
    const leave = new AbortController();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('', TOKENS.viewer, leave.signal)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429]);
    leave.abort();
    const statusNow = async (): Promise<number> => {
      const again = new AbortController();
      const { status } = await ask('', TOKENS.viewer, again.signal);
      again.abort();
      return status;
    };
    await expect.poll(statusNow).toBe(200);
  });
});
