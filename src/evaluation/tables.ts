import type { StoredResults } from './evaluation-record.js';
import type { RuleHealth } from './rule-health.js';

/** Rows of `rule_groups`. */
export interface RuleGroupTable {
  key: string;
  interval_ms: number;
  offset_ms: number;
  next_due_at: Date;
  running_slot: Date | null;
  running_until: Date | null;
  last_slot: Date | null;
  missed_total: number;
  last_duration_ms: number | null;
  active: boolean;
}

/** Rows of `rule_health`. */
export interface RuleHealthTable {
  rule_key: string;
  group_key: string;
  health: RuleHealth;
  last_error: string | null;
  warning: string | null;
  since: Date | null;
  evaluations: number;
}

/** Rows of `evaluation_history`. */
export interface EvaluationHistoryTable {
  group_key: string;
  position: number;
  slot: Date;
  duration_ms: number;
  missed: number;
  rules: StoredResults;
}

/** The tables of this folder. */
export interface EvaluationTables {
  rule_groups: RuleGroupTable;
  rule_health: RuleHealthTable;
  evaluation_history: EvaluationHistoryTable;
}
