import type { Generated } from 'kysely';
import type { AlertState, Evidence, TransitionReason } from './alert.js';
import type { Labels } from './labels.js';

/** Rows of `alerts`. */
export interface AlertTable {
  source: string;
  fingerprint: string;
  episode: string;
  labels: Labels;
  annotations: Labels;
  state: AlertState;
  value: number | null;
  evidence: Evidence | null;
  generator_url: string | null;
  active_at: Date;
  fired_at: Date | null;
  keep_firing_since: Date | null;
  resolved_at: Date | null;
  ends_at: Date | null;
  evaluated_at: Date;
  observed: string | null;
  missing: number | null;
  end_assumed: boolean | null;
}

/** Rows of `transitions`. */
export interface TransitionTable {
  id: Generated<number>;
  source: string;
  fingerprint: string;
  episode: string;
  labels: Labels;
  annotations: Labels;
  from_state: AlertState | 'inactive';
  to_state: AlertState | 'inactive';
  reason: TransitionReason;
  value: number | null;
  evidence: Evidence | null;
  generator_url: string | null;
  starts_at: Date;
  at: Date;
  routed_at: Date | null;
  considered_at: Date | null;
}

/** The tables of this folder, for `db.withTables`. */
export interface AlertTables {
  alerts: AlertTable;
  transitions: TransitionTable;
}
