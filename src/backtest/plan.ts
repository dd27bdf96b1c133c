import type { Steps } from '../prometheus/range-samples.js';
import type { Rule, RuleGroup } from '../rules/rule.js';

/** One expression over the whole span, at the slots of the rules that ask it. Rules that ask the same share it. */
export interface Question {
  readonly key: string;
  readonly expr: string;
  /** How much earlier than the slot it is asked: of the group and of the query together. */
  readonly offsetMs: number;
  readonly stepMs: number;
  /** `@ start()` and `@ end()` mean the bounds of the request: such a question is asked slot by slot. */
  readonly slotBySlot: boolean;
}

/** A rule to replay. */
export interface PlannedRule {
  readonly rule: Rule;
  readonly group: RuleGroup;
  readonly stepMs: number;
  /** In the order of `rule.queries`. */
  readonly questions: readonly Question[];
}

/** What is replayed. Unix milliseconds, both ends included. */
export interface BacktestPlan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rules: readonly PlannedRule[];
  /** Each once. */
  readonly questions: readonly Question[];
}

/** What to replay of the groups. */
export interface PlanOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Distance of the slots; that of each group's own interval unless given. */
  readonly stepMs?: number;
  /** Which rules, by the name of their alert. */
  readonly matches: (alert: string) => boolean;
}

const BOUNDS = /@\s*(?:start|end)\s*\(/;

/** The rules to replay and the questions they come to. */
export function planBacktest(groups: readonly RuleGroup[], options: PlanOptions): BacktestPlan {
  const questions = new Map<string, Question>();
  const rules = groups.flatMap((group) =>
    group.rules
      .filter(({ alert }) => options.matches(alert))
      .map((rule): PlannedRule => {
        const stepMs = options.stepMs ?? group.intervalMs;
        const asked = rule.queries.map(({ expr, offsetMs = 0 }): Question => {
          const offset = group.queryOffsetMs + offsetMs;
          const key = `${stepMs} ${offset} ${expr}`;
          const question = questions.get(key) ?? {
            key,
            expr,
            offsetMs: offset,
            stepMs,
            slotBySlot: BOUNDS.test(expr),
          };
          questions.set(key, question);
          return question;
        });
        return { rule, group, stepMs, questions: asked };
      }),
  );
  const { fromMs, toMs } = options;
  return { fromMs, toMs, rules, questions: [...questions.values()] };
}

/** The slots `k · step` from `fromMs` on and before `endMs`. */
export function slotsWithin(fromMs: number, endMs: number, stepMs: number): Steps {
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  return { firstMs, stepMs, count: Math.max(0, Math.ceil((endMs - firstMs) / stepMs)) };
}
