import type { Labels } from '../alerts/labels.js';
import type { PolicyConfig } from './policy.schema.js';
import type { RunState } from './run-state.js';

/** How people are told of an end: labels of the alert, besides those that every alert about a run has. */
export interface Telling {
  readonly severity: string;
  readonly labels: Labels;
}

/** What each end of a run leads to; frozen with the run. */
export interface Outcomes {
  readonly verified: { readonly repin: boolean };
  readonly notImproved: Telling;
  readonly regressed: Telling & { readonly rollback?: string };
  readonly unverifiable: Telling;
  readonly failed: Telling;
}

/** The runtime form of a policy's `on_…` keys. */
export function outcomesOf(config: PolicyConfig): Outcomes {
  const { rollback, ...regressed } = config.on_regressed;
  return {
    verified: { repin: config.on_verified.repin_reference },
    notImproved: config.on_not_improved,
    regressed: { ...regressed, ...(rollback === undefined ? {} : { rollback }) },
    unverifiable: config.on_unverifiable,
    failed: config.on_failed,
  };
}

/** How people are told of a run that ended so. A run that was decided before there was a choice is critical. */
export function tellingOf(outcomes: Outcomes | undefined, state: RunState): Telling {
  const plain: Telling = { severity: 'critical', labels: {} };
  if (!outcomes) return plain;
  switch (state) {
    case 'not_improved':
      return outcomes.notImproved;
    case 'regressed':
      return outcomes.regressed;
    case 'unverifiable':
      return outcomes.unverifiable;
    case 'failed':
    case 'timed_out':
    case 'lost':
      return outcomes.failed;
    default:
      return plain;
  }
}
