/** Places on the way of a result at which a test may end the process or a thread, in their order. */
export const FAULT_POINTS = [
  'received',
  'validated',
  'settled',
  'tx_begin',
  'after_row',
  'before_commit',
  'after_commit',
  'anchor_before',
  'anchor_after',
  'before_ack',
  'after_ack',
  'before_publish',
  'after_publish',
  'before_push',
  'after_push',
  'before_group_ack',
  'after_group_ack',
  'checkpoint_before',
  'migrate_before',
  'migrate_after',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Told of each visit; does nothing unless a test has asked for more. */
export type AtFaultPoint = (point: FaultPoint) => void;

export const passBy: AtFaultPoint = () => {};

/**
 * Runs `kill` at the nth visit of a point ("before_commit:3"), or `endThread` where only the thread that comes there
 * is to end ("before_commit:3:thread"); passes by where nothing was asked for.
 */
export function killAt(asked: string | undefined, kill: () => void, endThread = kill): AtFaultPoint {
  const [name, nth, what] = asked?.split(':') ?? [];
  const point = FAULT_POINTS.find((known) => known === name);
  if (!point) return passBy;
  const end = what === 'thread' ? endThread : kill;
  let left = Number(nth) || 1;
  return (visited) => {
    if (visited !== point) return;
    left -= 1;
    if (left === 0) end();
  };
}
