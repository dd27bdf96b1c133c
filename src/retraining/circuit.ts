import type { RunState } from './run.js';

/** A run as far as later decisions care. Times as stored; `sentAt` is set once a trigger may have left. */
export interface PastRun {
  readonly id: string;
  readonly state: RunState;
  readonly createdAt: Date;
  readonly sentAt?: Date;
  readonly endedAt?: Date;
  readonly incidentId?: string;
  /** What it cost as far as anybody knows: reported, else reserved. */
  readonly cost?: number;
  /** Somebody wanted it stopped, and nobody knows what became of it. */
  readonly unwanted?: true;
  /** It went back to an older version: no training, and no word on whether training helps. */
  readonly rollback?: true;
}

/** A past run that is over. */
export type EndedRun = PastRun & { readonly endedAt: Date };

/**
 * Whether runs still help.
 * - `closed`: they may start as the policy says.
 * - `half_open`: the last one could not be verified; the next needs a person.
 * - `open`: training does not help, or does not work; until a person resets it or a later run is verified.
 */
export interface Circuit {
  readonly state: 'closed' | 'half_open' | 'open';
  /** Failures in a row since the last run that ended otherwise. */
  readonly failures: number;
  /** The run that brought the circuit here. */
  readonly cause?: EndedRun;
}

/** Failures in a row that open the circuit. */
export const OPEN_AFTER_FAILURES = 2;

/** The runs that are over, by the order in which they ended. */
export function endedRuns(runs: readonly PastRun[]): readonly EndedRun[] {
  return runs
    .filter((run): run is EndedRun => run.endedAt !== undefined)
    .toSorted((left, right) => left.endedAt.getTime() - right.endedAt.getTime());
}

/**
 * The circuit after all runs of a model; those that ended at or before `resetAt`, a person's reset, are forgotten.
 * `runs` must reach back to the last verified run or the reset.
 */
export function circuitOf(runs: readonly PastRun[], resetAt?: Date): Circuit {
  const since = resetAt?.getTime() ?? -Infinity;
  return endedRuns(runs)
    .filter((run) => run.endedAt.getTime() > since && run.rollback !== true)
    .reduce<Circuit>(after, { state: 'closed', failures: 0 });
}

function after(circuit: Circuit, run: EndedRun): Circuit {
  switch (run.state) {
    case 'verified':
      return { state: 'closed', failures: 0 };
    case 'not_improved':
    case 'regressed':
      return circuit.state === 'open'
        ? { ...circuit, failures: 0 }
        : { state: 'open', failures: 0, cause: run };
    case 'failed':
    case 'timed_out':
    case 'lost': {
      if (run.unwanted) return circuit;
      const failures = circuit.failures + 1;
      const opens = circuit.state !== 'open' && failures >= OPEN_AFTER_FAILURES;
      return opens ? { state: 'open', failures, cause: run } : { ...circuit, failures };
    }
    case 'unverifiable':
      return circuit.state === 'open'
        ? { ...circuit, failures: 0 }
        : { state: 'half_open', failures: 0, cause: run };
    default:
      return circuit;
  }
}
