import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { ALERT_NAME } from '../alerts/labels.js';
import { PrometheusError } from '../prometheus/sample.js';
import { raiseAlert, type RaisedAlert, settleAlert } from '../alerts/raise-alert.js';

/** The one alert that tells of a Prometheus that does not answer, however many rules ask it. */
export const PROMETHEUS_DOWN_ALERT = 'RetunePrometheusDown';
/** Source of alerts that evaluation raises about itself. */
export const EVALUATION_SOURCE = 'evaluation';

/** Evaluations of one group in a row that reached nothing… */
const FAILURES = 3;
/** … or time without any answer, until people are told; milliseconds. */
const SILENCE_MS = 60_000;
/** A raised alert is confirmed about so often; one that nobody has confirmed for `SILENCE_MS` is over. */
const CONFIRM_MS = 15_000;

/** What one process knows of Prometheus: nothing while it answers. */
export interface DatasourceWatch {
  /** The slot of the first evaluation that reached nothing, with no answer since. */
  readonly failingSince?: Date;
  /** By group, evaluations in a row that reached nothing. */
  readonly failures: ReadonlyMap<string, number>;
}

/** One evaluation of a group: whether any of its questions was answered, and if not, why. */
export interface DatasourceLook {
  readonly group: string;
  readonly slot: Date;
  readonly failure?: string;
}

/** The watch after one more evaluation. */
export function watchDatasource(watch: DatasourceWatch, look: DatasourceLook): DatasourceWatch {
  if (look.failure === undefined) return watch.failures.size === 0 ? watch : { failures: new Map() };
  const failures = new Map(watch.failures);
  failures.set(look.group, (failures.get(look.group) ?? 0) + 1);
  return { failingSince: watch.failingSince ?? look.slot, failures };
}

/**
 * What an evaluation changes about the alert; undefined when nothing. `watch` is the watch before it, `stored` the alert in
 * any state. Where some replicas reach Prometheus and others do not, the alert stays as long as one of them confirms it.
 */
export function stepDatasourceAlert(
  watch: DatasourceWatch,
  look: DatasourceLook,
  stored: Alert | undefined,
): AlertChange | undefined {
  const { slot, failure } = look;
  const sinceTouched = stored ? slot.getTime() - stored.evaluatedAt.getTime() : Infinity;
  if (failure === undefined) {
    const ours = watch.failures.size > 0;
    return ours || sinceTouched >= SILENCE_MS ? settleAlert(stored, slot) : undefined;
  }
  const after = watchDatasource(watch, look);
  const silence = slot.getTime() - (after.failingSince ?? slot).getTime();
  if ((after.failures.get(look.group) ?? 0) < FAILURES && silence < SILENCE_MS) return undefined;
  // What was just settled was settled by somebody who got an answer.
  if (sinceTouched < (stored?.state === 'firing' ? CONFIRM_MS : SILENCE_MS)) return undefined;
  return raiseAlert(stored, downAlert(failure, stored, after), slot);
}

/**
 * Whether a failing evaluation says nothing about its rules: an earlier one reached nothing either, and nothing was answered
 * since. `watch` is the watch after it.
 */
export function isExcused({ failingSince }: DatasourceWatch, { slot, failure }: DatasourceLook): boolean {
  return failure !== undefined && failingSince !== undefined && failingSince < slot;
}

/** The first failure, when none of a group's rules got an answer and each could be the datasource's fault. */
export function commonFailure(answers: Iterable<unknown>): string | undefined {
  let first: string | undefined;
  for (const answer of answers) {
    if (!(answer instanceof PrometheusError) || answer.reason === 'bad_query') return undefined;
    if (answer.reason === 'too_expensive') return undefined;
    first ??= `${answer.reason}: ${answer.message}`;
  }
  return first;
}

/** Identity of the alert. */
export const DOWN_LABELS = { [ALERT_NAME]: PROMETHEUS_DOWN_ALERT, severity: 'critical' };

function downAlert(
  failure: string,
  stored: Alert | undefined,
  { failingSince }: DatasourceWatch,
): RaisedAlert {
  const known = stored?.state === 'firing' ? stored.annotations : undefined;
  return {
    source: EVALUATION_SOURCE,
    labels: DOWN_LABELS,
    annotations: known ?? {
      summary: 'Prometheus gives no answer',
      description: `No answer since ${failingSince?.toISOString() ?? 'now'}: ${failure}. No rule is evaluated; all alerts keep their state.`,
    },
  };
}
