import type { Labels } from './labels.js';

/** An alert instance is waiting out its `for`, firing, or over. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/** The numbers behind a judgement, kept with the alert so that a person can check it later. */
export interface Evidence {
  /** Kind of the rule that judged, e.g. `accuracy`; absent for plain PromQL and alerts from outside. */
  readonly kind?: string;
  /** What was measured, e.g. `accuracy` or `jsd`. */
  readonly measure: string;
  readonly value: number | null;
  readonly threshold: number | null;
  /** Events behind the value, and how many are needed before it may be judged. */
  readonly n?: number;
  readonly needed?: number;
  /** A confidence bound or noise floor the value was held against. */
  readonly bound?: number;
  /** Where the comparison comes from, e.g. a reference file or an earlier version. */
  readonly reference?: string;
  /** True when the value rests on a bare gauge: it may tell people, it may not start a retraining. */
  readonly unproven?: boolean;
  /** Buckets or classes that moved most: name, share before, share now. */
  readonly moved?: readonly { readonly name: string; readonly before: number; readonly now: number }[];
  /** One sentence for people. */
  readonly note?: string;
}

/** One alert instance: a label set from one source, in one firing period. */
export interface Alert {
  /** Rule key, `alertmanager`, or `retraining`. */
  readonly source: string;
  readonly fingerprint: string;
  /** UUID, new for each firing period. */
  readonly episode: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  readonly value: number | null;
  readonly evidence?: Evidence;
  readonly generatorUrl?: string;
  /** When the condition was first seen true; survives restarts. */
  readonly activeAt: Date;
  readonly firedAt?: Date;
  readonly keepFiringSince?: Date;
  readonly resolvedAt?: Date;
  /** Intake only: the alert resolves by itself unless it is sent again before. */
  readonly endsAt?: Date;
  /** That end was named by nobody: it gives way to one that is. */
  readonly endAssumed?: boolean;
  /** The slot of the evaluation, or the receipt, that last changed anything about it. */
  readonly evaluatedAt: Date;
  /** Fingerprint of the labels its rule observed, before the rule's own were laid over them; absent for alerts of other sources. */
  readonly observed?: string;
  /** Evaluations in a row that missed its series; absent while they do not count. */
  readonly missing?: number;
}

/** Why an alert changed state; a closed set that reaches the journal, metrics and tests. */
export type TransitionReason =
  | 'condition_met'
  | 'held_for'
  | 'condition_cleared'
  | 'series_gone'
  | 'kept_firing_elapsed'
  | 'escalated'
  | 'deescalated'
  | 'for_raised'
  | 'limit_exceeded'
  | 'rule_removed'
  | 'received'
  | 'received_resolved'
  | 'expired'
  | 'raised'
  | 'settled';

/**
 * One state change. `inactive` stands for "no row": a pending alert that went away leaves nothing behind. From firing to
 * firing: the alert is the same and its severity another.
 */
export interface Transition {
  readonly from: AlertState | 'inactive';
  readonly to: AlertState | 'inactive';
  readonly reason: TransitionReason;
  readonly at: Date;
}

/** A stored transition with all that routing and retraining need; they are made from this row alone. */
export interface TransitionRow extends Transition {
  readonly id: number;
  readonly source: string;
  readonly fingerprint: string;
  readonly episode: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number | null;
  readonly evidence?: Evidence;
  readonly generatorUrl?: string;
  readonly startsAt: Date;
}
