import type { z } from 'zod';
import type { HttpPort } from '../../platform/ports.js';
import type { Secret } from '../../schema/secret.js';

/** What a pipeline is told; the `data` of the CloudEvents envelope. Times are ISO 8601 UTC. */
export interface RunRequest {
  /** `rt-` + lower-case ULID: the run's id everywhere, ours and the CI system's. */
  readonly correlationId: string;
  readonly model: string;
  readonly currentVersion?: string;
  /** The version to go back to, when nothing is to be trained. */
  readonly rollbackTo?: string;
  readonly reason: {
    readonly kind: string;
    readonly summary: string;
    readonly severity?: string;
    readonly requestedBy: string;
  };
  readonly evidence: readonly {
    readonly rule: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number | null;
    readonly threshold: number | null;
    readonly n?: number;
  }[];
  readonly windows: { readonly drifted: Window; readonly training: Window };
  readonly links: Readonly<Record<string, string>>;
  readonly deadline: string;
  readonly requestedAt: string;
  /** Where the pipeline claims and reports; the token is for this run only and is made at trigger time. */
  readonly callback?: { readonly url: string; readonly claimUrl: string; readonly token: string };
}

/** A half-open UTC interval. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** A run as the CI system names it. */
export interface CiRef {
  readonly id: string;
  readonly url?: string;
  /** Where a generic target can be polled. */
  readonly statusUrl?: string;
}

/** The run exists. `adopted` when it was found rather than made by this call. */
export interface Triggered {
  readonly kind: 'triggered';
  readonly ref?: CiRef;
  readonly adopted: boolean;
}
/** The run surely does not exist. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason:
    'unauthorized' | 'not_found' | 'invalid_request' | 'rate_limited' | 'unreachable' | 'target_disabled';
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly detail: string;
}
/** The run may exist: search, never repeat blindly. */
export interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly detail: string;
}

/** A CI run's state in our six words. Unknown words of a provider are `running`, never success. */
export interface CiStatus {
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timed_out' | 'unknown';
  /** The provider's own word. */
  readonly raw: string;
  /** The pipeline ended without training anything (skipped, filtered). */
  readonly nothingRan?: boolean;
  /** Waiting for a person in the CI system. */
  readonly blocked?: boolean;
  readonly ref?: CiRef;
  readonly modelVersion?: string;
  readonly detail?: string;
}

/** Why a target would not start or not be followed, found before the first run. */
export type FindingReason =
  | 'unreachable'
  | 'secret_unreadable'
  | 'unauthorized'
  | 'permission_missing'
  | 'not_found'
  | 'disabled'
  | 'paused'
  | 'broken_pipeline'
  | 'inputs_not_declared'
  | 'inputs_missing'
  | 'too_many_inputs'
  | 'not_searchable'
  | 'wrong_version'
  | 'unexpected_answer'
  | 'not_checked';

/** One thing a look at a target showed. An `error` keeps runs from starting, a `warning` from being found or followed. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly reason: FindingReason;
  /** What is wrong, in the CI system's own terms, free of secrets. */
  readonly what: string;
  /** What the operator has to do about it. */
  readonly instead: string;
}

/** What a provider may touch. */
export interface CiIo {
  readonly http: HttpPort;
  reveal(secret: Secret): Promise<string>;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/** A CI system. Pure but for `io`; each call is one attempt. */
export interface CiProvider<Type extends string = string, Config = unknown> {
  readonly type: Type;
  /** One line for the README table. */
  readonly summary: string;
  readonly Config: z.ZodType<Config>;
  /** `native`: the caller picks the id; `searchable`: a lost answer can be looked up; `none`: only the claim call fences. */
  readonly idempotency: 'native' | 'searchable' | 'none';
  /** How long after a lost answer an empty search counts as "does not exist". */
  readonly settleMs: number;
  /** Overrides `idempotency` where it depends on what the operator promises about a target. */
  idempotencyOf?(config: Config): 'native' | 'searchable' | 'none';
  /** True when pipelines claim with the id that `CiRef.id` holds, so that a stranger's claim can be told from ours. */
  readonly claimsWithRefId?: boolean;
  trigger(run: RunRequest, config: Config, io: CiIo): Promise<Triggered | Refused | Ambiguous>;
  /** Runs that carry the correlation id, oldest first. Throws when the search itself failed: that proves nothing. */
  find?(correlationId: string, since: Date, config: Config, io: CiIo): Promise<readonly CiRef[]>;
  status(ref: CiRef, correlationId: string, config: Config, io: CiIo): Promise<CiStatus>;
  /** Throws when the wish did not reach the CI system. */
  cancel?(ref: CiRef, config: Config, io: CiIo): Promise<'requested' | 'already_finished'>;
  /**
   * What would keep a run from starting or from being followed, found without starting anything. Empty when nothing is wrong. Throws
   * only when a secret cannot be read.
   */
  preflight?(config: Config, io: CiIo): Promise<readonly Finding[]>;
}
