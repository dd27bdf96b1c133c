import type { Sample } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { valuesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import { type CheckInput, type Judgement, judgement, roughly, unknown } from './check.js';
import { unchangedSpan } from './queries.js';
import type { Check } from './spec.js';

/**
 * `accuracy_age`: nobody evaluates the accuracy any more. The gauge itself tells nothing, for it is scraped afresh for ever;
 * its age is that of its evaluation.
 */
export function checkAccuracyAge(limitMs: number, input: CheckInput): Judgement {
  const down = whenDown('accuracy_age', input);
  if (down) return down;
  const evaluatedAt = ofServing(input.samples['evaluated_at'], input);
  if (evaluatedAt.size > 0) return judgeOldest('accuracy_age', 'evaluated', limitMs, evaluatedAt, input.now);
  return checkChanges(limitMs, input);
}

/**
 * A gauge that does not say when it was evaluated and has not changed for days may be stale. It may as well be a perfect model,
 * or one that is always equally wrong, so this is unproven.
 */
function checkChanges(limitMs: number, input: CheckInput): Judgement {
  const span = formatDuration(unchangedSpan(limitMs));
  const changes = [...ofServing(input.samples['changes'], input).values()];
  const value = changes.length > 0 ? Math.min(...changes) : undefined;
  if (value === undefined) {
    const note =
      `neither model_accuracy_evaluated_timestamp_seconds nor a model_accuracy that is ${span} old has a series: ` +
      'export the first, or write accuracy_age: none';
    return unknown('accuracy_age', note);
  }
  if (!(value >= 0)) return unknown('accuracy_age', 'the changes of model_accuracy are no usable number');
  const evidence = { measure: 'accuracy_changes', value, unproven: true };
  if (value > 0) return judgement('accuracy_age', 'clear', evidence);
  const note =
    `possibly stale: model_accuracy has not changed for ${span}, as that of a perfect model would not either; ` +
    'export model_accuracy_evaluated_timestamp_seconds to know';
  return judgement('accuracy_age', 'breached', { ...evidence, note });
}

/** `model_age`: the model was trained long ago. */
export function checkModelAge(limitMs: number, input: CheckInput): Judgement {
  const down = whenDown('model_age', input);
  if (down) return down;
  const trainedAt = ofServing(input.samples['trained_at'], input);
  if (trainedAt.size > 0) return judgeOldest('model_age', 'trained', limitMs, trainedAt, input.now);
  return unknown('model_age', 'model_trained_timestamp_seconds has no series of a version that serves');
}

function whenDown(check: Check, { samples, model }: CheckInput): Judgement | undefined {
  const { down } = servingVersions(samples, model);
  return down ? unknown(check, 'the model is not scraped any more') : undefined;
}

/** Values by version, of versions that serve: what was replaced may be as old as it likes. */
function ofServing(samples: readonly Sample[] | undefined, input: CheckInput): ReadonlyMap<string, number> {
  const serving = servingVersions(input.samples, input.model);
  return new Map(
    [...valuesByLabel(samples, 'model_version')].filter(([version]) => isServing(version, serving)),
  );
}

/** The version that comes from longest ago. `times` are Unix seconds, at least one. */
function judgeOldest(
  check: Check,
  happened: string,
  limitMs: number,
  times: ReadonlyMap<string, number>,
  now: Date,
): Judgement {
  const usable = [...times].filter(([, seconds]) => seconds > 0);
  const [version, seconds] = usable.toSorted(([, a], [, b]) => a - b)[0] ?? [];
  if (version === undefined || seconds === undefined || usable.length < times.size)
    return unknown(check, `not ${happened} yet, or its time is no number of Unix seconds`);
  const ageMs = now.getTime() - seconds * 1000;
  if (!(ageMs >= -limitMs)) {
    return unknown(
      check,
      `the time at which it was ${happened} lies in the future: it must be in Unix seconds`,
    );
  }
  const name = version === '' ? '' : `version ${version} was `;
  const note = `${name}${happened} ${roughly(Math.max(0, ageMs))} ago`;
  const evidence = { value: Math.max(0, ageMs) / 1000, threshold: limitMs / 1000, note };
  return judgement(check, ageMs > limitMs ? 'breached' : 'clear', evidence);
}
