import { MIN_TRAFFIC_SHARE, type Measured, type VersionMeasure } from './measured.js';
import type { Run, Verification } from './run.js';
import { deadlineOf } from './run-deadline.js';
import { type Interval, type Proportion, newcombe, wilson } from '../statistics/proportion.js';

/** A look at Prometheus older than this says nothing about now. */
export const FRESH_MS = 10 * 60_000;
/** How much accuracy a run may cost that was not started for lack of accuracy. */
export const NON_INFERIOR_MARGIN = 0.01;
/** Interim looks need three standard errors, so that looking often proves nothing by chance (Haybittle and Peto). */
const INTERIM_Z = 3;
const FINAL_Z = 1.96;

/** Why a run cannot be judged yet. */
export type WaitReason =
  'no_measurement' | 'no_new_version' | 'version_without_traffic' | 'soaking' | 'few_labels' | 'undecided';
/** Why a run ended as it did. */
export type VerifyReason =
  | 'better_than_baseline'
  | 'no_worse_than_baseline'
  | 'reaches_target'
  | 'below_target'
  | 'not_better_than_baseline'
  | 'worse_than_baseline'
  | 'nothing_to_compare'
  | 'inconclusive'
  | WaitReason;

/** What a look at live metrics means for a run: an event for `stepRun`, or patience. */
export type VerifyOutcome =
  | { readonly kind: 'waiting'; readonly reason: WaitReason; readonly detail: string }
  | { readonly kind: 'version_seen'; readonly version: string }
  | { readonly kind: 'decided'; readonly verification: Verification };

/**
 * Whether a run that succeeded in its CI system made the model better, by live metrics alone.
 *
 * First a version has to take at least 5 % of the traffic that was unknown at the decision (the one the pipeline named, if it named
 * one). After the soak its labelled predictions are compared:
 * - `verified`: its accuracy reaches the target, and Newcombe's interval of (new − baseline) lies above 0; where the baseline had
 *   reached the target already, above −1 point; without a baseline, Wilson's lower bound has to reach the target.
 * - `regressed`: that interval lies below 0. `not_improved`: the window is full and neither was shown, or Wilson's upper bound
 *   stays below the target.
 * - `unverifiable`: the deadline came without enough labels, or there is nothing to compare with.
 * Before the window is full, three standard errors are asked for. No answer, NaN and zero are never success.
 */
export function verifyRun(run: Run, measured: Measured | undefined, now: Date): VerifyOutcome {
  const deadline = deadlineOf(run);
  const due = deadline !== undefined && now.getTime() >= deadline.getTime();
  const outcome = look(run, fresh(measured, now), now);
  if (outcome.kind !== 'waiting' || !due) return outcome;
  return decided(run, undefined, 'unverifiable', outcome.reason, now);
}

function look(run: Run, measured: Measured | undefined, now: Date): VerifyOutcome {
  if (!measured) return waiting('no_measurement', 'no fresh answer from Prometheus');
  if (run.state === 'succeeded') return findVersion(run, measured);
  const measure = measured.versions.find(({ version }) => version === run.newVersion);
  if (!measure || !(measure.traffic >= MIN_TRAFFIC_SHARE)) {
    return waiting('version_without_traffic', `${run.newVersion} takes no traffic now`);
  }
  const age = now.getTime() - (run.versionSeenAt ?? now).getTime();
  if (age < run.verify.soakMs) return waiting('soaking', `${Math.floor(age / 60_000)} minutes old`);
  const { minSamples, soakMs, windowMs } = run.verify;
  const usable = Number.isFinite(measure.total) && measure.correct >= 0 && Number.isFinite(measure.correct);
  if (!usable || measure.total < minSamples) {
    return waiting(
      'few_labels',
      `${usable ? Math.floor(measure.total) : 0} of ${minSamples} labelled predictions`,
    );
  }
  return compare(run, measure, age >= soakMs + windowMs, now);
}

function findVersion(run: Run, { versions }: Measured): VerifyOutcome {
  const fits = ({ version, traffic }: VersionMeasure): boolean =>
    version !== '' &&
    traffic >= MIN_TRAFFIC_SHARE &&
    !run.baseline.knownVersions.includes(version) &&
    (run.newVersion === undefined || run.newVersion === version);
  const [found] = versions.filter(fits).toSorted((left, right) => right.traffic - left.traffic);
  if (found) return { kind: 'version_seen', version: found.version };
  const seen = versions.map(({ version }) => version).join(', ') || 'none';
  return waiting(
    'no_new_version',
    `versions with traffic: ${seen}; waiting for ${run.newVersion ?? 'a new one'}`,
  );
}

function compare(run: Run, measure: VersionMeasure, final: boolean, now: Date): VerifyOutcome {
  const z = final ? FINAL_Z : INTERIM_Z;
  const found: Proportion = { share: Math.min(1, measure.correct / measure.total), n: measure.total };
  const { target } = run.verify;
  const difference = differenceTo(run.baseline, found, z);
  const decide = (result: Verification['result'], reason: VerifyReason): VerifyOutcome =>
    decided(run, found, result, reason, now);
  if (!difference && target === undefined) return decide('unverifiable', 'nothing_to_compare');

  const reaches = target === undefined || found.share >= target;
  const bounds = wilson(found, z);
  const wasFine = target !== undefined && (run.baseline.accuracy ?? 0) >= target;
  if (difference && difference.upper < 0) return decide('regressed', 'worse_than_baseline');
  if (!difference && bounds.lower >= (target ?? 1)) return decide('verified', 'reaches_target');
  if (difference && reaches && difference.lower > 0) return decide('verified', 'better_than_baseline');
  if (difference && reaches && wasFine && difference.lower > -NON_INFERIOR_MARGIN) {
    return decide('verified', 'no_worse_than_baseline');
  }
  if (target !== undefined && bounds.upper < target) return decide('not_improved', 'below_target');
  if (!final)
    return waiting('undecided', `accuracy ${found.share.toFixed(4)} over ${Math.floor(found.n)} labels`);
  if (!reaches) return decide('not_improved', 'below_target');
  return wasFine || !difference
    ? decide('unverifiable', 'inconclusive')
    : decide('not_improved', 'not_better_than_baseline');
}

/** The interval of (new − baseline). A baseline without a count is taken as an exact figure. */
function differenceTo(baseline: Run['baseline'], found: Proportion, z: number): Interval | undefined {
  const { accuracy, n } = baseline;
  if (accuracy === undefined || !(accuracy >= 0 && accuracy <= 1)) return undefined;
  if (n !== undefined && n > 0) return newcombe(found, { share: accuracy, n }, z);
  const { lower, upper } = wilson(found, z);
  return { lower: lower - accuracy, upper: upper - accuracy };
}

function fresh(measured: Measured | undefined, now: Date): Measured | undefined {
  return measured && now.getTime() - measured.at.getTime() <= FRESH_MS ? measured : undefined;
}

function waiting(reason: WaitReason, detail: string): VerifyOutcome {
  return { kind: 'waiting', reason, detail };
}

function decided(
  run: Run,
  measured: Proportion | undefined,
  result: Verification['result'],
  reason: VerifyReason,
  now: Date,
): VerifyOutcome {
  const { newVersion, baseline, verify } = run;
  const verification: Verification = {
    result,
    reason,
    ...(newVersion === undefined ? {} : { newVersion }),
    ...(measured ? { accuracy: measured.share, n: measured.n } : {}),
    ...(verify.target === undefined ? {} : { target: verify.target }),
    ...(baseline.accuracy === undefined ? {} : { baselineAccuracy: baseline.accuracy }),
    at: now.toISOString(),
  };
  return { kind: 'decided', verification };
}
