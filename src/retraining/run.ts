import type { CiRef, RunRequest } from './ci/ci-provider.js';
import type { Outcomes } from './outcomes.js';
import type { RunState } from './run-state.js';
import type { ApprovalRule } from './approval-rule.js';

export type { RunState } from './run-state.js';

/** How a run's success is proved, frozen from the policy at the decision. Milliseconds, shares 0–1. */
export interface VerifySettings {
  readonly newVersionWithinMs: number;
  readonly soakMs: number;
  readonly windowMs: number;
  readonly deadlineMs: number;
  readonly minSamples: number;
  /** The new version must reach this accuracy; absent when the trigger named none. */
  readonly target?: number;
  /** Deadlines of the pipeline itself. */
  readonly startWithinMs: number;
  readonly finishWithinMs: number;
  /** How long a person may take to approve, from the decision. */
  readonly approveWithinMs: number;
}

/** What the model looked like when the run was decided. */
export interface Baseline {
  readonly version?: string;
  readonly accuracy?: number;
  readonly n?: number;
  /** Versions seen in traffic at the decision; a new one is one that is not among them. */
  readonly knownVersions: readonly string[];
}

/** One person's yes. */
export interface Approved {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One retraining run. */
export interface Run {
  readonly id: string;
  readonly incidentId: string;
  readonly policy: string;
  readonly model: string;
  readonly ci: string;
  readonly provider: string;
  readonly state: RunState;
  readonly reason?: string;
  readonly request: RunRequest;
  readonly verify: VerifySettings;
  readonly baseline: Baseline;
  readonly verification?: Verification;
  readonly newVersion?: string;
  readonly ref?: CiRef;
  /** What a search found besides the adopted run, oldest first; still to be cancelled in the CI system. */
  readonly duplicates?: readonly CiRef[];
  /** Ids of CI runs that were `duplicates` and are dealt with: searches go on showing them. */
  readonly dismissed?: readonly string[];
  /** When a run whose answer was lost was found after all; its time to start counts from then. */
  readonly foundAt?: Date;
  /** When a request of unknown fate was last taken for lost; until some time later it may still arrive. */
  readonly doubtedAt?: Date;
  /** The pipeline's own id of the one run that was granted the claim. */
  readonly claimedBy?: string;
  readonly attempt: number;
  readonly createdAt: Date;
  /** Everybody whose approval it took, separated by commas. */
  readonly approvedBy?: string;
  /** Who may approve, and how many have to; anybody once, for runs older than the choice. */
  readonly approval?: ApprovalRule;
  readonly approvals?: readonly Approved[];
  /** Form of the policy that decided. */
  readonly policyRevision?: string;
  /** Shares its places with runs of other models until its pipeline ends. */
  readonly group?: string;
  readonly outcomes?: Outcomes;
  /** What it is taken to cost, and what its pipeline says it did. */
  readonly costReserved?: number;
  readonly costReported?: number;
  /** The run that made the model worse, which this one undoes. */
  readonly rollsBack?: string;
  readonly sentAt?: Date;
  /** Refused for now: not to be sent again before. */
  readonly sendAfter?: Date;
  readonly startedAt?: Date;
  readonly succeededAt?: Date;
  readonly versionSeenAt?: Date;
  readonly endedAt?: Date;
}

/** The comparison that decided a run's end. */
export interface Verification {
  readonly result: 'verified' | 'not_improved' | 'regressed' | 'unverifiable';
  readonly reason: string;
  readonly newVersion?: string;
  readonly accuracy?: number;
  readonly n?: number;
  readonly target?: number;
  readonly baselineAccuracy?: number;
  readonly at: string;
}
