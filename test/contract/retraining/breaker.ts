import type { RunState } from '../../../src/retraining/run.js';

/** A circuit breaker as its rule is written in docs/retraining.md, apart from the code that it checks. */
export interface Breaker {
  readonly state: 'closed' | 'half_open' | 'open';
  /** Failures in a row. */
  readonly failures: number;
}

/** Before any run, and after a person's reset. */
export const CLOSED: Breaker = { state: 'closed', failures: 0 };

const FAILED: readonly RunState[] = ['failed', 'timed_out', 'lost'];

/** The breaker after a run that trained has ended. */
export function turn({ state, failures }: Breaker, end: RunState): Breaker {
  if (end === 'verified') return { state: 'closed', failures: 0 };
  if (end === 'not_improved' || end === 'regressed') return { state: 'open', failures: 0 };
  if (end === 'unverifiable') return { state: state === 'open' ? 'open' : 'half_open', failures: 0 };
  if (!FAILED.includes(end)) return { state, failures };
  return { state: failures + 1 >= 2 ? 'open' : state, failures: failures + 1 };
}
