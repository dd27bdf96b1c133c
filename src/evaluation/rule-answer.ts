import type { PrometheusError, SamplesByQuery } from '../prometheus/sample.js';

/** What Prometheus answered to the questions of one rule. */
export interface RuleAnswer {
  readonly samples: SamplesByQuery;
  /**
   * How many samples the rule's questions touched, at least. 0: their selectors match no series at all, which no result
   * of the expression can tell. Undefined: not known, because it was not asked for or the server does not say.
   */
  readonly scanned?: number;
}

/** The answers of a group at one slot: rule key → answer, or the first failure among the rule's questions. */
export type AnswerByRule = ReadonlyMap<string, RuleAnswer | PrometheusError>;
