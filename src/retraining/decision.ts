import type { Asker } from './asker.js';
import type { PastRun } from './circuit.js';
import type { NewLabels } from './new-labels.js';
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
  /** Labelled predictions since the last training; asked for where the policy requires some. */
  readonly newLabels?: NewLabels;
  /** Ids of runs of other models that hold a place in the policy's group. */
  readonly groupRuns?: readonly string[];
  /** The incident that is decided about, to tell its runs from others. */
  readonly incidentId?: string;
  /** Set when a schedule or a person asks for the run: nothing has to fire then. */
  readonly asker?: Asker;
}

/** The gates in the order in which the first that fails gives a hold its reason. */
export const GATES = [
  'mode',
  'trigger',
  'sustained',
  'evidence',
  'block_when',
  'new_labels',
  'active_run',
  'group',
  'circuit',
  'attempts',
  'cooldown',
  'budget',
  'cost',
  'blackout',
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
  | 'new_labels'
  | 'active_run'
  | 'coalesced'
  | 'group_full'
  | 'circuit_open'
  | 'attempts'
  | 'cooldown'
  | 'budget'
  | 'cost'
  | 'blackout'
  | 'silenced';

/** Why a decision went as far as it did, and no further. */
export type ActReason =
  'policy_mode' | 'drift_alone' | 'unproven_accuracy' | 'cannot_help' | 'last_run_unverifiable';

/** What is to happen, with every gate. `recheckAt` is when a hold lifts by itself, if it does. */
export type Decision = { readonly gates: readonly Gate[]; readonly recheckAt?: Date } & (
  | {
      readonly decision: 'hold';
      readonly reason: HoldReason;
      /** The alerts that hold the trigger, when they are to count as reasons of the active run. */
      readonly alerts?: readonly OpenAlert[];
    }
  | {
      readonly decision: 'suggest' | 'await_approval' | 'dispatch';
      readonly reason: ActReason;
      /** The alerts the trigger rests on. */
      readonly alerts: readonly OpenAlert[];
    }
);
