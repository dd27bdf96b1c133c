import type { PastRun } from './circuit.js';
import type { Policy } from './policy.js';
import type { OpenAlert } from './signal.js';

/** Everything a decision rests on, read in one transaction. */
export interface DecisionInput {
  readonly policy: Policy;
  /** The incident's firing alerts, and those of the same model that name no version. */
  readonly alerts: readonly OpenAlert[];
  /** Firing alerts that forbid retraining; see `blockingAlerts`. */
  readonly blocking: readonly OpenAlert[];
  /** Whether a silence covers the alerts. */
  readonly silenced: boolean;
  /** Runs of the model: at least the budget's period, and back to the last verified one. */
  readonly runs: readonly PastRun[];
  /** The model's run that has not ended, if any. */
  readonly activeRun?: PastRun;
  /** When a person last reset the model's circuit. */
  readonly circuitResetAt?: Date;
}

/** The gates in the order in which the first that fails gives a hold its reason. */
export const GATES = [
  'mode',
  'trigger',
  'sustained',
  'evidence',
  'block_when',
  'active_run',
  'circuit',
  'cooldown',
  'budget',
  'silence',
] as const;
/** The name of a gate. */
export type GateName = (typeof GATES)[number];

/** One condition of a decision, with the number it was judged by. */
export interface Gate {
  readonly gate: GateName;
  readonly pass: boolean;
  readonly detail: string;
}

/** Why no run starts. */
export type HoldReason =
  | 'disabled'
  | 'not_triggered'
  | 'not_sustained'
  | 'blocked'
  | 'active_run'
  | 'circuit_open'
  | 'cooldown'
  | 'budget'
  | 'silenced';

/** Why a decision went as far as it did, and no further. */
export type ActReason =
  'policy_mode' | 'drift_alone' | 'unproven_accuracy' | 'cannot_help' | 'last_run_unverifiable';

/** What is to happen, with every gate. `recheckAt` is when a hold lifts by itself, if it does. */
export type Decision = { readonly gates: readonly Gate[]; readonly recheckAt?: Date } & (
  | { readonly decision: 'hold'; readonly reason: HoldReason }
  | {
      readonly decision: 'suggest' | 'await_approval' | 'dispatch';
      readonly reason: ActReason;
      /** The alerts the trigger rests on. */
      readonly alerts: readonly OpenAlert[];
    }
);
