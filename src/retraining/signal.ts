import type { Evidence } from '../alerts/alert.js';
import { ALERT_NAME, type Labels } from '../alerts/labels.js';

/** A firing alert as retraining sees it. */
export interface OpenAlert {
  readonly alertname: string;
  readonly labels: Labels;
  /** Since when it fires. */
  readonly since: Date;
  readonly evidence?: Evidence;
  /** Kind of the rule that raised it (`accuracy`, `drift`, …, `expr`); absent for alerts from outside. */
  readonly kind?: string;
}

/**
 * What an alert says about its model.
 * - `accuracy`: labels prove that it is worse; `unproven_accuracy`: a bare gauge says so, without a sample size.
 * - `input_drift`, `prediction_drift`: the world or the answers moved; whether the model suffers is open.
 * - `data_quality`: errors or missing data; training on it makes the model worse.
 * - `declared`: a rule of the operator's own that no kind explains; it counts only where a policy names it.
 * - `other`: something retraining cannot cure and that does not spoil the data, such as latency or a slow burn of the error budget.
 */
export type Signal =
  | 'accuracy'
  | 'unproven_accuracy'
  | 'input_drift'
  | 'prediction_drift'
  | 'data_quality'
  | 'declared'
  | 'other';

const SIGNAL_BY_KIND: Readonly<Record<string, Signal>> = {
  accuracy: 'accuracy',
  drift: 'input_drift',
  prediction_drift: 'prediction_drift',
  latency: 'other',
};
const DISTANCES = /^(drift|jsd|psi|kl|hellinger|tv|l_?inf|ks|chi2?|cramers?_v|w1|wasserstein)/i;
const DRIFT_WORDS = /drift|psi\b|skew|shift|distribution/i;
const LABELS_THAT_NAME_A_KIND = ['kind', 'type', 'category', 'signal'];

/**
 * The signal of an alert: from its rule's kind, else from what its evidence measures, else from its words. An alert from outside
 * that calls itself drift is treated as drift, because drift alone must never start a run.
 */
export function signalOf(alert: OpenAlert): Signal {
  const byKind = alert.kind === undefined ? undefined : SIGNAL_BY_KIND[alert.kind];
  if (alert.kind === 'staleness') return stalenessSignal(alert.evidence);
  if (alert.kind === 'error_rate') return errorSignal(alert.evidence);
  if (byKind) return byKind === 'accuracy' ? accuracySignal(alert.evidence) : byKind;
  const measure = alert.evidence?.measure ?? '';
  if (/accuracy/i.test(measure)) return accuracySignal(alert.evidence);
  const words = [alert.alertname, ...LABELS_THAT_NAME_A_KIND.map((name) => alert.labels[name] ?? '')].join(
    ' ',
  );
  if (DISTANCES.test(measure) || DRIFT_WORDS.test(words)) {
    return /predict|output/i.test(words) ? 'prediction_drift' : 'input_drift';
  }
  return alert.evidence?.unproven ? 'unproven_accuracy' : 'declared';
}

function accuracySignal(evidence: Evidence | undefined): Signal {
  const proven = evidence !== undefined && !evidence.unproven && (evidence.n ?? 0) > 0;
  return proven ? 'accuracy' : 'unproven_accuracy';
}

/** A budget that burns slowly is a ticket and may go on for weeks: it must not forbid a retraining for as long. */
function errorSignal(evidence: Evidence | undefined): Signal {
  return evidence?.measure === 'slow_burn_rate' ? 'other' : 'data_quality';
}

/** An old model, and an accuracy that may only look old, are no trouble with the data: they must not forbid a retraining. */
function stalenessSignal(evidence: Evidence | undefined): Signal {
  return evidence?.measure === 'model_age' || evidence?.unproven ? 'other' : 'data_quality';
}

/** An alert in one short phrase: `IrisAccuracyLow (accuracy 0.88, threshold 0.92, n=340)`. */
export function explainAlert(alert: OpenAlert): string {
  const { evidence } = alert;
  const name = alert.alertname || alert.labels[ALERT_NAME] || 'unnamed alert';
  if (!evidence) return name;
  const facts = [
    `${evidence.measure} ${number(evidence.value)}`,
    ...(evidence.threshold === null ? [] : [`threshold ${number(evidence.threshold)}`]),
    ...(evidence.n === undefined ? [] : [`n=${Math.round(evidence.n)}`]),
  ];
  return `${name} (${facts.join(', ')})`;
}

function number(value: number | null): string {
  return value === null ? 'unknown' : String(Number(value.toPrecision(4)));
}
