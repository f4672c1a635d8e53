import { describe, expect, it } from 'vitest';
import { aResult, Desk, type DeskAgent, VALIDATOR } from './testing/a-desk.ts';

/** A task whose first agent let its attempt run out, and that a second one now works on. */
function requeued() {
  const desk = new Desk();
  const first = desk.agent('first');
  const task = desk.submit();
  const late = first.accept();
  const second = desk.agent('second');
  keepBeating(desk, [first, second], 181_000);
  return { desk, task, first, late, second, working: second.accept() };
}

function keepBeating(desk: Desk, agents: readonly DeskAgent[], ms: number): void {
  for (let left = ms; left > 0; left -= 3_000) {
    for (const agent of agents) agent.beat();
    desk.advance(Math.min(left, 3_000));
  }
}

describe('R6 exactly one', () => {
  it('stores the first valid completion and acks it with its offset', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    expect(agent.complete(agent.accept())()).toEqual({ ok: true, status: 'stored', offset: 1 });
    expect(desk.state(task)).toBe('completed');
  });

  it('acks only after the commit, and takes no second one meanwhile', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.holding = true;
    const first = agent.complete(held);
    const second = agent.complete(held);
    expect(first()).toBeUndefined();
    expect(desk.view(task)?.state).toBe('committing');
    desk.flush();
    expect(first()).toEqual({ ok: true, status: 'stored', offset: 1 });
    expect(second()).toEqual({ ok: true, status: 'duplicate', offset: 1 });
    expect(desk.store.results).toHaveLength(1);
    expect(desk.store.late).toEqual([]);
  });

  it('answers a repetition of the stored completion with its offset, and keeps nothing of it', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit();
    const held = agent.accept();
    agent.complete(held);
    expect(agent.complete(held)()).toEqual({ ok: true, status: 'duplicate', offset: 1 });
    expect(desk.store.late).toEqual([]);
  });

  it('lets the first valid completion win after a requeue, from whoever once held a lease', () => {
    const { desk, first, second, late, working, task } = requeued();
    expect(working.lease).toBeGreaterThan(late.lease);
    expect(first.complete(late, aResult({ confidence: 0.6 }))()).toMatchObject({ status: 'stored', offset: 1 });
    expect(second.complete(working)()).toMatchObject({ status: 'duplicate', offset: 1 });
    expect(desk.store.results.map(({ record }) => record?.confidence)).toEqual([0.6]);
    expect(desk.store.late).toMatchObject([{ task_id: task, lease: working.lease }]);
  });

  it('keeps a loser in late_results once, however often it comes', () => {
    const { desk, first, second, late, working } = requeued();
    second.complete(working);
    first.complete(late);
    expect(first.complete(late)()).toMatchObject({ status: 'duplicate', offset: 1 });
    expect(desk.store.late).toHaveLength(1);
  });

  it('lets a waiting completion take the place of one whose commit was refused', () => {
    const { desk, first, second, late, working } = requeued();
    desk.holding = true;
    const one = first.complete(late, aResult({ confidence: 0.6 }));
    const two = second.complete(working, aResult({ confidence: 0.7 }));
    desk.refusing = 'disk full';
    desk.flush();
    expect(one()).toMatchObject({ ok: false, code: 'not_persisted', retry: true });
    desk.refusing = null;
    desk.flush();
    expect(two()).toMatchObject({ status: 'stored' });
    expect(desk.store.results.map(({ record }) => record?.confidence)).toEqual([0.7]);
  });

  it('puts a task back to what it was when its commit is refused, with a fresh attempt', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    keepBeating(desk, [agent], 170_000);
    desk.refusing = 'disk full';
    expect(agent.complete(held)()).toMatchObject({ code: 'not_persisted', retry: true });
    desk.refusing = null;
    keepBeating(desk, [agent], 170_000);
    expect(desk.view(task)).toMatchObject({ state: 'assigned', lease: held.lease, attempt: 0 });
    expect(agent.complete(held)()).toMatchObject({ status: 'stored' });
  });

  it('queues a task again whose commit is refused after its agent was lost and came back as another', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.holding = true;
    agent.complete(held);
    agent.disconnect();
    desk.advance(11_000);
    const back = agent.again({ instance: 'a-2' });
    desk.holding = false;
    desk.refusing = 'disk full';
    desk.flush();
    desk.refusing = null;
    desk.advance(1_500);
    expect(back.offer?.task_id).toBe(task);
  });

  it('writes nothing more of a task behind its completion: no mark, no decline', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.holding = true;
    agent.complete(held);
    agent.enter(held);
    agent.leave(held);
    desk.flush();
    desk.flush();
    expect(desk.store.task(task)?.row).toMatchObject({ state: 'completed', processing: false });
    desk.restart();
    expect(desk.view(task)).toBeNull();
  });

  it('keeps the end of a dead task whose late completion was refused', () => {
    const desk = new Desk({ limits: { attempts: 1 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.holding = true;
    agent.fail(held, 'agent_crash');
    agent.complete(held);
    desk.refusing = 'disk full';
    desk.flush();
    desk.flush();
    desk.holding = false;
    desk.refusing = null;
    desk.advance(1_000);
    expect(desk.store.task(task)?.row.state).toBe('dead');
  });

  it('offers nobody a task whose completion by a former holder is on its way to the disk', () => {
    const { desk, first, second, late, working } = requeued();
    second.fail(working, 'network_error');
    const offers = () => first.got('task_assign').length + second.got('task_assign').length;
    const before = offers();
    desk.holding = true;
    desk.step({ type: 'tick' });
    first.complete(late);
    desk.flush();
    desk.flush();
    expect(offers()).toBe(before);
    expect(desk.store.results).toHaveLength(1);
  });

  it('takes the answer of a task that has died meanwhile', () => {
    const desk = new Desk({ limits: { attempts: 1 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    agent.fail(held, 'agent_crash');
    expect(desk.state(task)).toBe('dead');
    expect(agent.complete(held)()).toMatchObject({ status: 'stored', offset: 1 });
    expect(desk.state(task)).toBe('completed');
  });

  it('keeps the answer to a cancelled task in late_results, without an offset', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    const cancelled = desk.ask((reply) => ({ type: 'cancel', task_id: task, reason: 'no longer wanted', reply }));
    expect(cancelled()).toEqual({ ok: true });
    expect(agent.got('task_cancel')).toMatchObject([{ task_id: task, reason: 'no longer wanted' }]);
    expect(agent.complete(held)()).toEqual({ ok: true, status: 'duplicate', offset: null });
    expect(desk.store.late).toHaveLength(1);
    expect(desk.store.results).toEqual([]);
  });

  it('refuses an answer for a task that the agent never had, and an unknown task', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const liar = desk.agent('liar', {});
    const task = desk.submit();
    const held = agent.accept();
    expect(liar.complete(held)()).toMatchObject({ code: 'not_your_task', retry: false });
    expect(agent.complete({ task_id: task, lease: 99 })()).toMatchObject({ code: 'not_your_task' });
    expect(agent.complete({ task_id: 'nowhere', lease: 1 })()).toMatchObject({ code: 'unknown_task' });
    agent.complete(held);
    expect(liar.complete(held)()).toMatchObject({ code: 'not_your_task' });
  });

  it('refuses an agent that has guessed its next lease while that is still on its way to the disk', () => {
    const desk = new Desk();
    const guess = { task_id: desk.submit(), lease: 1 };
    desk.holding = true;
    const agent = desk.agent('a');
    expect([agent.complete(guess)(), agent.fail(guess, 'agent_crash')()]).toMatchObject([
      { code: 'not_your_task' },
      { code: 'not_your_task' },
    ]);
    desk.flush();
    expect(agent.accept()).toMatchObject(guess);
  });
});

describe('invalid results', () => {
  it('R11 an invalid result of the holder is refused and costs an attempt; nothing is stored', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const reply = agent.complete(agent.accept(), aResult({ confidence: 1.7 }))();
    expect(reply).toMatchObject({ ok: false, code: 'invalid_result', retry: false });
    expect(reply).toMatchObject({ message: expect.stringContaining('confidence') });
    expect(desk.view(task)).toMatchObject({ attempt: 1, failures: [{ failure_source: 'invalid_result' }] });
    expect(desk.store.results).toEqual([]);
  });

  it('an invalid result of a former holder gets only its ack', () => {
    const { desk, first, late, task } = requeued();
    const attempt = desk.view(task)?.attempt;
    expect(first.complete(late, aResult({ symbol: 'OTHER' }))()).toMatchObject({ code: 'invalid_result' });
    expect(desk.view(task)).toMatchObject({ state: 'assigned', attempt });
  });

  it('an opaque result that could not be stored is refused for good, so that no agent sends it for ever', () => {
    const desk = new Desk();
    const agent = desk.agent('a', {});
    desk.submit({ task_type: 'report', symbol: null, timeframe: null });
    const reply = agent.complete(agent.accept(), { figure: Number.POSITIVE_INFINITY })();
    expect(reply).toMatchObject({
      code: 'invalid_result',
      retry: false,
      message: expect.stringContaining('not finite'),
    });
  });

  it('a poison task dies after three attempts with its reasons', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    for (let n = 0; n < 3; n += 1) agent.complete(agent.accept(), 'not even an object');
    const dead = desk.store.task(task)?.row;
    expect(dead).toMatchObject({ state: 'dead', attempt: 3 });
    expect(dead?.failures.map((one) => one.failure_source)).toEqual(Array(3).fill('invalid_result'));
  });
});

describe('the validator’s stage', () => {
  it('inherits what the analysis was, so that DEGRADED is not washed off', () => {
    const desk = new Desk();
    const analyst = desk.agent('analyst');
    const validator = desk.agent('validator', VALIDATOR);
    desk.submit();
    analyst.complete(analyst.accept(), aResult({ confidence: 0.85, fallback_used: true }));
    validator.complete(validator.accept(), aResult({ confidence: 0.99, fallback_used: false }));
    const [analysis, signal] = desk.store.results.map(({ record }) => record);
    expect(analysis).toMatchObject({ stage: 'analysis', confidence: 0.68 });
    expect(signal).toMatchObject({
      stage: 'signal',
      confidence: 0.68,
      degraded_inference: true,
      analyzed_at: analysis?.analyzed_at,
      analysis_task_id: 't1',
    });
  });
});
