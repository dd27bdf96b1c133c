/**
 * Why an expression has no value.
 * - `syntax`: it is no PromQL, or its types do not fit.
 * - `unsupported`: it is, and this evaluator does not know a construct in it.
 * - `execution`: Prometheus would refuse these series too, as in a match that is not unique.
 */
export type EvaluationFailure = 'syntax' | 'unsupported' | 'execution';

/** An expression that has no value: why, and the 1-based position of the construct inside its text. */
export interface EvaluationProblem {
  readonly reason: EvaluationFailure;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Carries a problem out of a walk; never leaves this folder. `at` is an offset of the text. */
export class Fault extends Error {
  constructor(
    readonly reason: EvaluationFailure,
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** What `work` gives, or the problem that a Fault in it stands for. Any other exception is a bug and goes on. */
export function caught<T>(text: string, work: () => T): T | EvaluationProblem {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { reason: error.reason, line: before.length, column, message: error.message };
  }
}
