import { describe, expect, it } from 'vitest';
import { Desk, type DeskAgent } from './testing/a-desk.ts';

interface Scene {
  state: string;
  /** Brings task t1 into the state, with the engine about to be killed. */
  enter: (desk: Desk, agent: DeskAgent) => void;
  /** What the task is at once after the restart, and in the end with an agent that works. */
  after: string;
  end: 'completed' | 'dead' | 'cancelled' | 'unknown';
}

const working = (desk: Desk, agent: DeskAgent) => {
  desk.submit();
  return agent.accept();
};

const SCENES: readonly Scene[] = [
  {
    state: 'submitting',
    enter: (desk) => {
      desk.holding = true;
      desk.submit();
    },
    after: 'unknown',
    end: 'unknown',
  },
  {
    state: 'queued',
    enter: (desk, agent) => {
      agent.disconnect();
      desk.submit();
    },
    after: 'assigned',
    end: 'completed',
  },
  {
    state: 'backing off',
    enter: (desk, agent) => {
      agent.fail(working(desk, agent), 'sovereign_timeout');
    },
    after: 'assigned',
    end: 'completed',
  },
  {
    state: 'granting',
    enter: (desk) => {
      desk.submit();
      desk.restart();
      desk.holding = true;
      desk.agent('b');
    },
    after: 'assigned',
    end: 'completed',
  },
  { state: 'offered', enter: (desk) => void desk.submit(), after: 'assigned', end: 'completed' },
  { state: 'working', enter: (desk, agent) => void working(desk, agent), after: 'assigned', end: 'completed' },
  {
    state: 'in a model call',
    enter: (desk, agent) => void agent.enter(working(desk, agent)),
    after: 'assigned',
    end: 'completed',
  },
  {
    state: 'committing, not on disk',
    enter: (desk, agent) => {
      const held = working(desk, agent);
      desk.holding = true;
      agent.complete(held);
    },
    after: 'assigned',
    end: 'completed',
  },
  {
    state: 'committing, on disk and not acked',
    enter: (desk, agent) => {
      const held = working(desk, agent);
      desk.holding = true;
      agent.complete(held);
      desk.commitUnheard();
    },
    after: 'completed',
    end: 'completed',
  },
  {
    state: 'completed',
    enter: (desk, agent) => void agent.complete(working(desk, agent)),
    after: 'completed',
    end: 'completed',
  },
  {
    state: 'dead',
    enter: (desk, agent) => {
      for (let n = 0; n < 3; n += 1) agent.fail(n === 0 ? working(desk, agent) : agent.accept(), 'agent_crash');
    },
    after: 'dead',
    end: 'dead',
  },
  {
    state: 'cancelled',
    enter: (desk, agent) => {
      working(desk, agent);
      desk.ask((reply) => ({ type: 'cancel', task_id: 't1', reason: 'not wanted', reply }));
    },
    after: 'cancelled',
    end: 'cancelled',
  },
];

describe('a restart', () => {
  it.each(SCENES)('while a task is $state: nothing is lost, nothing done twice', ({ enter, after, end }) => {
    const desk = new Desk();
    enter(desk, desk.agent('a'));
    desk.holding = false;
    desk.restart();
    const agent = desk.agent('a', undefined, { instance: 'a-new' });
    desk.advance(500);
    expect(desk.state('t1')).toBe(after);
    for (let n = 0; n < 60 && ['queued', 'assigned'].includes(desk.state('t1')); n += 1) {
      agent.beat();
      const { offer } = agent;
      if (offer && desk.view('t1')?.lease === offer.lease) agent.complete(agent.accept());
      desk.advance(500);
    }
    expect(desk.state('t1')).toBe(end);
    expect(desk.store.results.filter(({ task_id }) => task_id === 't1')).toHaveLength(end === 'completed' ? 1 : 0);
  });
});
