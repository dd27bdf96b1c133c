import type { Generated } from 'kysely';
import type { Evidence } from '../alerts/alert.js';
import type { Labels } from '../alerts/labels.js';
import type { CiRef, RunRequest } from './ci/ci-provider.js';
import type { Decision, Gate } from './decision.js';
import type { CloseReason } from './incident.js';
import type { Outcomes } from './outcomes.js';
import type { ApprovalRule } from './approval-rule.js';
import type { Approved, Baseline, RunState, Verification, VerifySettings } from './run.js';

/** Rows of `incidents`. */
export interface IncidentTable {
  id: string;
  model: string;
  model_version: string;
  opened_at: Date;
  closed_at: Date | null;
  close_reason: CloseReason | null;
  next_check_at: Date | null;
}

/** Rows of `incident_alerts`. */
export interface IncidentAlertTable {
  incident_id: string;
  source: string;
  fingerprint: string;
  episode: string;
  alertname: string;
  labels: Labels;
  evidence: Evidence | null;
  value: number | null;
  since: Date;
  resolved_at: Date | null;
  transition_id: number;
}

/** Rows of `retraining_decisions`. */
export interface DecisionTable {
  id: Generated<number>;
  incident_id: string;
  policy: string;
  model: string;
  at: Date;
  decision: Decision['decision'];
  reason: string;
  gates: readonly Gate[];
  run_id: string | null;
  policy_revision: string | null;
  seen_at: Date | null;
  times: Generated<number>;
  asked_by: string | null;
}

/** Rows of `retraining_schedules`. */
export interface ScheduleTable {
  policy: string;
  pattern: string;
  next_at: Date;
  check_at: Date;
  told_until: Date | null;
}

/** Rows of `runs`. */
export interface RunTable {
  id: string;
  incident_id: string;
  policy: string;
  model: string;
  ci: string;
  provider: string;
  state: RunState;
  reason: string | null;
  request: RunRequest;
  verify: VerifySettings;
  baseline: Baseline;
  verification: Verification | null;
  new_version: string | null;
  ci_ref: CiRef | null;
  duplicates: readonly CiRef[] | null;
  claimed_by: string | null;
  attempt: number;
  created_at: Date;
  approved_by: string | null;
  sent_at: Date | null;
  send_after: Date | null;
  started_at: Date | null;
  succeeded_at: Date | null;
  version_seen_at: Date | null;
  found_at: Date | null;
  doubted_at: Date | null;
  dismissed: readonly string[] | null;
  ended_at: Date | null;
  next_check_at: Date | null;
  checks: number;
  claimed_until: Date | null;
  policy_revision: string | null;
  concurrency_group: string | null;
  approval: ApprovalRule | null;
  approvals: readonly Approved[] | null;
  outcomes: Outcomes | null;
  cost_reserved: number | null;
  cost_reported: number | null;
  rolls_back: string | null;
}

/** Rows of `run_reasons`. */
export interface RunReasonTable {
  run_id: string;
  fingerprint: string;
  incident_id: string;
  policy: string;
  alertname: string;
  labels: Labels;
  evidence: Evidence | null;
  at: Date;
}

/** Rows of `circuit_resets`. */
export interface CircuitResetTable {
  model: string;
  reset_at: Date;
  reset_by: string;
}

/** Rows of `reference_repins`, which evaluation takes. */
export interface ReferenceRepinTable {
  id: Generated<number>;
  model: string;
  version: string;
  reason: string;
  asked_at: Date;
  taken_at: Generated<Date | null>;
}

/** The tables of this folder. */
export interface RetrainingTables {
  incidents: IncidentTable;
  incident_alerts: IncidentAlertTable;
  retraining_decisions: DecisionTable;
  runs: RunTable;
  circuit_resets: CircuitResetTable;
  run_reasons: RunReasonTable;
  reference_repins: ReferenceRepinTable;
  retraining_schedules: ScheduleTable;
}
