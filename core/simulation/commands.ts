import type { AsyncCommand } from 'fast-check';
import { Random } from './random.ts';
import { CHARACTERS, type World } from './world.ts';

/** The model knows nothing: the witness in the world holds it to its promises. */
type Nothing = Record<string, never>;
type Act = (world: World, random: Random) => void | Promise<void>;

/** One thing that happens to the world; positions instead of ids, so that it means something after shrinking too. */
export class SimCommand implements AsyncCommand<Nothing, World> {
  readonly #name: string;
  readonly #dice: number;
  readonly #act: Act;
  #hasRun = false;

  constructor(name: string, dice: number, act: Act) {
    this.#name = name;
    this.#dice = dice;
    this.#act = act;
  }

  get hasRun(): boolean {
    return this.#hasRun;
  }

  check(): boolean {
    return true;
  }

  async run(_model: Nothing, world: World): Promise<void> {
    this.#hasRun = true;
    world.newDice(this.#dice);
    await this.#act(world, new Random(this.#dice));
    world.check();
  }

  toString(): string {
    return this.#name;
  }
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

type Kind = [weight: number, make: (random: Random) => { name: string; act: Act }];

const of = <T>(list: readonly T[], place: number): T | undefined =>
  list.length > 0 ? list[place % list.length] : undefined;

const advance = (ms: number) => ({ name: `advance ${ms} ms`, act: (world: World) => world.advance(ms) });

const KINDS: Readonly<Record<string, Kind>> = {
  beat: [40, (random) => advance(random.between(50, 3_000))],
  wait: [12, (random) => advance(random.between(3, 30) * SECOND)],
  longWait: [1, (random) => advance(random.between(60, 400) * SECOND)],
  submit: [
    30,
    (random) => {
      const type = random.chance(0.85)
        ? 'trading_analysis'
        : random.pick(['report', 'constructor', 'trading_signal_free']);
      const taskType = type === 'trading_signal_free' ? 'report' : type;
      const priority = random.chance(0.2) ? random.between(-5, 5) : 0;
      return {
        name: `submit ${taskType} at ${priority}`,
        act: (world) => world.submit(taskType, world.symbol(), priority),
      };
    },
  ],
  burst: [
    1,
    (random) => {
      const count = random.between(20, 80);
      return {
        name: `submit ${count} analyses at once`,
        act: (world) => {
          for (let n = 0; n < count; n += 1) world.submit('trading_analysis', world.symbol(), 0);
        },
      };
    },
  ],
  agent: [
    6,
    (random) => {
      const place = random.below(CHARACTERS.length);
      return {
        name: `an agent of kind ${place}`,
        act: (world) => {
          if (world.agents.length < 12) world.addAgent(CHARACTERS[place] ?? {});
        },
      };
    },
  ],
  twin: [
    1,
    (random) => {
      const place = random.below(99);
      return {
        name: `another process under the name of agent ${place}`,
        act: (world) => {
          const agent = of(world.agents, place);
          if (agent && world.agents.length < 14) world.addTwin(agent);
        },
      };
    },
  ],
  cut: [4, (random) => onAgent(random, 'cut', (world, place) => of(world.agents, place)?.cut())],
  kill: [
    3,
    (random) => {
      const down = random.between(100, 20_000);
      return onAgent(random, `kill for ${down} ms`, (world, place) => of(world.agents, place)?.kill(down));
    },
  ],
  flap: [
    1,
    (random) =>
      onAgent(random, 'cut five times', async (world, place) => {
        for (let n = 0; n < 5; n += 1) {
          of(world.agents, place)?.cut();
          await world.advance(6 * SECOND);
        }
      }),
  ],
  viewer: [
    2,
    () => ({
      name: 'a viewer',
      act: (world) => {
        if (world.viewers.length < 4) world.addViewer();
      },
    }),
  ],
  cutViewer: [
    2,
    (random) => {
      const place = random.below(9);
      return { name: `cut viewer ${place}`, act: (world) => of(world.viewers, place)?.cut() };
    },
  ],
  cancel: [2, (random) => onTask(random, 'cancel', (world, id) => world.cancel(id))],
  retry: [3, (random) => onTask(random, 'retry', (world, id) => world.retry(id))],
  pause: [
    0.5,
    (random) => {
      const ms = random.between(1, 20) * SECOND;
      return {
        name: `pause for ${ms} ms`,
        act: async (world) => {
          world.pause(true);
          await world.advance(ms);
          world.pause(false);
        },
      };
    },
  ],
  drain: [1, (random) => onAgent(random, 'drain', (world, place) => drain(world, place, true))],
  undrain: [2, (random) => onAgent(random, 'end the draining of', (world, place) => drain(world, place, false))],
  crash: [
    2,
    (random) => {
      const down = random.between(50, 15_000);
      return { name: `crash for ${down} ms`, act: (world) => world.crash(down) };
    },
  ],
  sleep: [
    0.7,
    (random) => {
      const ms = random.between(10 * SECOND, 8 * HOUR);
      const runs = random.chance(0.5);
      return {
        name: `sleep ${ms} ms, monotonic clock ${runs ? 'runs' : 'stands'}`,
        act: (world) => world.sleep(ms, runs),
      };
    },
  ],
  stepWall: [
    0.7,
    (random) => {
      const ms = random.between(-HOUR, 24 * HOUR);
      return { name: `step the wall clock by ${ms} ms`, act: (world) => world.clock.stepWall(ms) };
    },
  ],
};

function onAgent(random: Random, what: string, act: (world: World, place: number) => void | Promise<void>) {
  const place = random.below(99);
  return { name: `${what} agent ${place}`, act: (world: World) => act(world, place) };
}

function onTask(random: Random, what: string, act: (world: World, id: string) => void) {
  const place = random.below(10_000);
  return {
    name: `${what} task ${place}`,
    act: (world: World) => {
      const id = of(world.tasks, place);
      if (id !== undefined) act(world, id);
    },
  };
}

function drain(world: World, place: number, on: boolean): void {
  const agent = of(world.agents, place);
  if (agent) world.drain(agent.id, on);
}

const TOTAL = Object.values(KINDS).reduce((sum, [weight]) => sum + weight, 0);

function kindAt(point: number): Kind {
  let left = point * TOTAL;
  for (const kind of Object.values(KINDS)) {
    left -= kind[0];
    if (left < 0) return kind;
  }
  return KINDS.beat as Kind;
}

/** What happens in the run of a seed, in its order. */
export function commandsOf(seed: number, steps: number): SimCommand[] {
  const random = new Random(seed, 7);
  return Array.from({ length: steps }, () => {
    const { name, act } = kindAt(random.share())[1](random);
    return new SimCommand(name, random.between(0, 2 ** 31 - 1), act as Act);
  });
}
