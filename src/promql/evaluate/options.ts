/** How an expression is evaluated, where Prometheus is configured or has changed. */
export interface EvaluationOptions {
  /**
   * Whose rules hold. 3: ranges and the lookback are open on the left, `.` in a regular expression matches line breaks,
   * and a counter that starts inside a range is not traced back beyond half an interval. 2: those of Prometheus 2.
   */
  readonly version: 2 | 3;
  /** How old the newest sample of a series may be for the series to have a value; milliseconds. */
  readonly lookbackMs: number;
  /** The step of a subquery that names none: Prometheus' global evaluation interval; milliseconds. */
  readonly subqueryStepMs: number;
}

/** Prometheus 3 as it comes. */
export const DEFAULT_OPTIONS: EvaluationOptions = {
  version: 3,
  lookbackMs: 5 * 60_000,
  subqueryStepMs: 60_000,
};
