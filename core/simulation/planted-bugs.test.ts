import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SEEDS = '1000';

interface Bug {
  what: string;
  file: string;
  from: string;
  to: string;
  /** The promise that it breaks. */
  breaks: RegExp;
}

const BUGS: readonly Bug[] = [
  {
    what: 'a task_failed under an old lease counts',
    file: 'orchestrator/orchestrator.ts',
    from: 'if (!task || !holds(task, agent.id, lease)) return',
    to: "if (!task || (message.event !== 'task_failed' && !holds(task, agent.id, lease))) return",
    breaks: /I2 an old lease changes nothing/,
  },
  {
    what: 'the ack leaves before the commit',
    file: 'orchestrator/completion.ts',
    from: 'task.commit = { winner, waiters: [] };',
    to: "task.commit = { winner, waiters: [] };\n    this.#to.out.reply(winner.reply, { ok: true, status: 'stored', offset: 1 });",
    breaks: /I4 what is acked as stored is on disk/,
  },
  {
    what: 'a fallback subtracts 0.2',
    file: 'signals/settle.ts',
    from: 'confidence: product(original, ...adjustments.map((one) => one.multiplier)),',
    to: 'confidence: fallback ? Math.max(0, original - 0.2) : product(original, ...adjustments.map((one) => one.multiplier)),',
    breaks: /I7 confidence is the product/,
  },
  {
    what: 'a capability that is present but false counts',
    file: 'orchestrator/capability-index.ts',
    from: 'Object.keys(record).filter((name) => record[name] === true)',
    to: 'Object.keys(record)',
    breaks: /I8 a task goes only to who is able to do it/,
  },
  {
    what: 'processing_leave is forgotten',
    file: 'orchestrator/orchestrator.ts',
    from: "this.#assignment.mark(task, message.event === 'processing_enter', at)",
    to: 'this.#assignment.mark(task, true, at)',
    breaks: /I12 processing marks/,
  },
  {
    what: 'there is no grace after sleep',
    file: 'orchestrator/orchestrator.ts',
    from: 'if (this.#unseen.passed(event.type, at)) {',
    to: 'if (this.#unseen.passed(event.type, at) && at.now < 0) {',
    breaks: /an agent (that beats is never lost|has its grace)/,
  },
  {
    what: 'a viewer has more than one batch in flight',
    file: 'bridge/viewer-feed.ts',
    from: 'if (this.#inFlight !== null) return null;',
    to: '',
    breaks: /I10 one batch in flight/,
  },
  {
    what: 'the queue has no bound',
    file: 'orchestrator/orchestrator.ts',
    from: 'this.#assignment.tasks.size < queue',
    to: 'queue > 0',
    breaks: /I10 the queue is bounded/,
  },
  {
    what: 'a reconnect queues the agent’s tasks again',
    file: 'orchestrator/connections.ts',
    from: 'if (task && holds(task, agent.id, lease)) keep.push(task);',
    to: 'if (task && lease < 0) keep.push(task);',
    breaks: /a lease that its agent comes back with is kept/,
  },
  {
    what: 'the circuit counts a slow model',
    file: 'orchestrator/circuit.ts',
    from: 'sovereign_timeout: 0,',
    to: 'sovereign_timeout: 1,',
    breaks: /I9 a slow model opens no circuit/,
  },
  {
    what: 'a slow model uses an attempt',
    file: 'orchestrator/task.ts',
    from: 'sovereign_timeout: 0,',
    to: 'sovereign_timeout: 1,',
    breaks: /I9 a slow model uses no attempt/,
  },
  {
    what: 'the list takes whatever comes last',
    file: 'bridge/sidebar-list.ts',
    from: 'if (isNewer(next, this.#bySymbol.get(next.symbol))) this',
    to: 'this',
    breaks: /I6 a symbol never goes back/,
  },
  {
    what: 'anybody completes a task',
    file: 'orchestrator/completion.ts',
    from: 'if (!onceHeld(task.held, completion.agent, completion.lease))',
    to: 'if (task.row.attempt < 0)',
    breaks: /R6 only who was given a lease completes a task/,
  },
  {
    what: 'a disconnect costs the leases at once',
    file: 'orchestrator/registry.ts',
    from: 'agent.connection = null;\n    agent.graceUntil = at.monotonic + this.#limits.grace;',
    to: 'agent.connection = null;\n    agent.graceUntil = at.monotonic;',
    breaks: /an agent has its grace to come back/,
  },
  {
    what: 'a lease leaves before it is on disk',
    file: 'orchestrator/assignment.ts',
    from: 'this.#to.out.write(fact, (outcome, later) => {',
    to: 'this.#offer(task, held, agent, at);\n    this.#to.out.write(fact, (outcome, later) => {',
    breaks: /a lease is on disk before it leaves/,
  },
  {
    what: 'a follow-up is stored and forgotten',
    file: 'orchestrator/completion.ts',
    from: 'if (outcome.follow_up) this.#to.endings.adoptFollowUp(outcome.follow_up, later);',
    to: '',
    breaks: /I1 no accepted task is lost/,
  },
  {
    what: 'a store that is shorter than its anchor is taken as it is',
    file: 'store/standing.ts',
    from: 'if (store.offset < anchor.offset)',
    to: 'if (store.offset < 0)',
    breaks: /what is lost is told/,
  },
  {
    what: 'a cursor of another epoch is taken for one of this',
    file: 'bridge/viewer-feed.ts',
    from: 'store_epoch === storeEpoch && offset != null',
    to: 'offset != null',
    breaks: /R9 who comes with a cursor of another epoch/,
  },
  {
    what: 'the chain leaves out what came before',
    file: 'store/chain.ts',
    from: 'sha256(before + canonicalize(unhashed))',
    to: 'sha256(String(canonicalize(unhashed)).slice(before.length * 0))',
    breaks: /I11 another record before it is found out/,
  },
  {
    what: 'the bridge sleeps through a commit',
    file: 'bridge/aurora-bridge.ts',
    from: 'this.#open.add(options.stream.onAppended(() => this.wake()));',
    to: 'this.#open.add(options.stream.onAppended(() => {}));',
    breaks: /(every screen ends as the store has it|the engine shows what the store has)/,
  },
];

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'aurora-planted-'));
  for (const part of ['core', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it.each(BUGS)(
  `a planted bug is found within ${SEEDS} seeds: $what`,
  { timeout: 400_000 },
  ({ file, from, to, breaks }) => {
    const path = join(copy, 'core', file);
    const source = readFileSync(path, 'utf8');
    expect(source.split(from), `${from} in ${file}`).toHaveLength(2);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    const args = [join(copy, 'core', 'simulation', 'main.ts'), '--seeds', SEEDS, '--no-shrink'];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    writeFileSync(path, source);
    expect(run.stdout.split('\n')[0]).toMatch(/^seed \d+ failed: /);
    expect(run.stdout.split('\n')[0]).toMatch(breaks);
    expect(run.status).toBe(1);
  },
);
