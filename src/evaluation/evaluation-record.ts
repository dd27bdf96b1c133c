import type { RuleGroup } from '../rules/rule.js';
import type { RuleOutcome } from './evaluate-rule.js';
import type { RuleHealth } from './rule-health.js';

/** Evaluations that are remembered of each group. */
export const HISTORY_LENGTH = 100;
const ERROR_LENGTH = 200;

/** What one evaluation of a rule came to, as it is stored. Keys are short: there are a hundred of these for every rule. */
export interface StoredResult {
  /** Health, unless it is `ok`. */
  readonly h?: RuleHealth;
  /** Series judged. */
  readonly n: number;
  /** The worst value; absent when there was none. */
  readonly v?: number;
  /** Why it failed, or what is not as meant. */
  readonly e?: string;
}

/** Results by the end of the rule's key, behind that of its group. */
export type StoredResults = Readonly<Record<string, StoredResult>>;

/** One evaluation of one rule, as people see it. */
export interface EvaluationEntry {
  readonly slot: Date;
  readonly health: RuleHealth;
  /** Series judged. */
  readonly series: number;
  /** The value furthest beyond the rule's line, or nearest to it; null when there was none. */
  readonly worst: number | null;
  readonly error?: string;
  /** From the slot to the stored result of the whole group. */
  readonly durationMs: number;
  /** Slots that passed unevaluated just before. */
  readonly missed: number;
}

/** The outcomes of a group as they are stored. */
export function recordOf(group: RuleGroup, outcomes: ReadonlyMap<string, RuleOutcome>): StoredResults {
  return Object.fromEntries(
    [...outcomes].map(([key, { health, series, worst, error, warning }]): [string, StoredResult] => {
      const text = (error ?? warning)?.slice(0, ERROR_LENGTH);
      const result = {
        ...(health === 'ok' ? {} : { h: health }),
        n: series,
        ...(worst === null ? {} : { v: worst }),
        ...(text === undefined ? {} : { e: text }),
      };
      return [resultKey(group.key, key), result];
    }),
  );
}

/** The name of a rule's result among those of its group. */
export function resultKey(groupKey: string, ruleKey: string): string {
  return ruleKey.slice(groupKey.length + 1);
}

/** A stored evaluation as one rule of the group sees it; undefined when the rule was not there yet. */
export function entryOf(
  row: {
    readonly slot: Date;
    readonly duration_ms: number;
    readonly missed: number;
    readonly rules: StoredResults;
  },
  key: string,
): EvaluationEntry | undefined {
  const result = row.rules[key];
  if (!result) return undefined;
  return {
    slot: row.slot,
    health: result.h ?? 'ok',
    series: result.n,
    worst: result.v ?? null,
    ...(result.e === undefined ? {} : { error: result.e }),
    durationMs: row.duration_ms,
    missed: row.missed,
  };
}
