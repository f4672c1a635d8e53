/** The orchestrator's figures; all durations in ms. Each is an option with this default. */
export const DEFAULT_LIMITS = {
  heartbeat: 10_000,
  /** An agent silent for longer is lost. */
  silence: 45_000,
  sweep: 15_000,
  /** How long an agent may stay away after a disconnect before its tasks go elsewhere. */
  grace: 10_000,
  attempt: 180_000,
  attempts: 3,
  /** How often a processing_enter starts the attempt anew. */
  renewals: 3,
  assignAck: 5_000,
  /** How long an agent is offered no task of a type that it declined. */
  cooling: 5_000,
  /** How long a superseded instance is kept out, so that two cannot chase each other. */
  superseded: 60_000,
  backOffMax: 30_000,
  /** The pause after a lease that could not be stored. */
  storePause: 1_000,
  queue: 10_000,
  /** Time that passed unseen for longer was a suspend, a stall of ours or a step of the clock. */
  drift: 5_000,
  circuitWeight: 5,
  circuitWindow: 60_000,
  circuitOpen: 30_000,
  /** So many disconnects of its own within the window, and an agent is offered nothing for as long. */
  flaps: 5,
  flapWindow: 60_000,
  quarantine: 60_000,
};
export type Limits = typeof DEFAULT_LIMITS;
