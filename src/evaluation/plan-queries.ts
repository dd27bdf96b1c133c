import {
  type PrometheusAnswer,
  PrometheusError,
  type PromQuery,
  type SamplesByQuery,
} from '../prometheus/sample.js';
import { type FusedQuery, fuseQueries } from '../promql/fuse-queries.js';
import type { Rule } from '../rules/rule.js';
import type { AnswerByRule, RuleAnswer } from './rule-answer.js';

/** One thing that rules of a group want to know at a slot; asked once, whoever wants it. */
export interface Question {
  readonly key: string;
  readonly expr: string;
  /** How long before the slot it is asked for. */
  readonly offsetMs: number;
  /** Whether somebody wants to know how many samples it touches. */
  readonly scan: boolean;
}

/** A query, and the questions that it answers; several when they are fused. */
export interface PlannedQuery {
  readonly offsetMs: number;
  readonly query: FusedQuery;
  /** The question of each member, by its expression. */
  readonly questions: ReadonlyMap<string, Question>;
}

/** What is asked at every slot of a group. Follows from its rules alone, so it is made once per rule set. */
export interface QueryPlan {
  readonly queries: readonly PlannedQuery[];
  /** How many questions the rules have, shared ones counted for each. */
  readonly wanted: number;
}

/** Answer or failure by {@link Question.key}. */
export type AnswerByQuestion = ReadonlyMap<string, PrometheusAnswer | PrometheusError>;

/** The fewest queries that answer what the rules want to know; equal questions are one, and those alike are fused. */
export function planQueries(rules: readonly Rule[]): QueryPlan {
  const questions = new Map<string, Question>();
  let wanted = 0;
  for (const rule of rules) {
    for (const query of rule.queries) {
      wanted += 1;
      const key = questionKey(query);
      // Model kinds tell missing series by themselves.
      const scan = rule.kind === 'expr' || questions.get(key)?.scan === true;
      questions.set(key, { key, expr: query.expr, offsetMs: query.offsetMs ?? 0, scan });
    }
  }
  const offsets = new Set(Array.from(questions.values(), ({ offsetMs }) => offsetMs));
  const queries = [...offsets].flatMap((offsetMs): PlannedQuery[] => {
    const asked = [...questions.values()].filter((question) => question.offsetMs === offsetMs);
    const byExpr = new Map(asked.map((question) => [question.expr, question]));
    return fuseQueries([...byExpr.keys()]).map((query) => ({ offsetMs, query, questions: byExpr }));
  });
  return { queries, wanted };
}

/** What each rule was answered: samples by the name of its query, or the first failure among them. */
export function answersByRule(rules: readonly Rule[], answers: AnswerByQuestion): AnswerByRule {
  return new Map(rules.map((rule) => [rule.key, answerOf(rule, answers)]));
}

function answerOf(rule: Rule, answers: AnswerByQuestion): RuleAnswer | PrometheusError {
  const samples: Record<string, SamplesByQuery[string]> = {};
  let scanned: number | undefined = 0;
  for (const query of rule.queries) {
    const answer = answers.get(questionKey(query)) as PrometheusAnswer | PrometheusError;
    if (answer instanceof PrometheusError) return answer;
    samples[query.name] = answer.samples;
    scanned = scanned === undefined || answer.scanned === undefined ? undefined : scanned + answer.scanned;
  }
  return { samples, ...(scanned === undefined ? {} : { scanned }) };
}

function questionKey({ offsetMs = 0, expr }: PromQuery): string {
  return `${offsetMs} ${expr}`;
}
