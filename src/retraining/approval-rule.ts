/** Who has to agree to a run that asks. */
export interface ApprovalRule {
  /** Names that count; empty: anybody's does. */
  readonly by: readonly string[];
  /** Different people it takes. */
  readonly count: number;
  /** Whether the person who asked for the run does not count. */
  readonly notRequester: boolean;
}

/** Whose approval does not count, and why. */
export type ApprovalProblem = 'not_an_approver' | 'is_requester' | 'approved_before';
