import { fingerprint } from '../alerts/fingerprint.js';
import { ALERT_NAME, type Labels, normalizeLabels } from '../alerts/labels.js';
import { SEVERITY } from '../alerts/severity.js';
import type { Sighting } from '../alerts/step-alert.js';
import type { Observation } from '../rules/kinds/kind.js';
import type { Rule } from '../rules/rule.js';
import type { AlertTemplateData } from '../templates/template.js';

/** What templates may show besides the alert itself. */
export interface TemplateSurroundings {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Where a person can look at a query: Prometheus without credentials. */
  readonly prometheusAddress: string;
}

/** An observation as the alert it would be. */
export interface Sighted {
  /** Fingerprint of the alert: of its labels, without a severity that comes from the observation. */
  readonly key: string;
  /** There was nothing to judge: no data, or data too old. */
  readonly silent: boolean;
  readonly seen: Sighting;
}

/**
 * Lays a rule's name, labels and annotations over an observation. Annotations are written only where there is an alert to
 * carry them: one that `isOpen`, or that the observation raises. The severity of an observation becomes a label unless the
 * rule has one of its own: it may change while the alert stays the same, so it is no part of the identity.
 */
export function sight(
  rule: Rule,
  observation: Observation,
  slot: Date,
  surroundings: TemplateSurroundings,
  isOpen: (key: string) => boolean,
): Sighted {
  const { metric, labels: observed, value, verdict, severity, evidence } = observation;
  const data: AlertTemplateData = {
    labels: metric === undefined ? observed : { __name__: metric, ...observed },
    value: value ?? Number.NaN,
    ...surroundings,
    now: slot,
  };
  const render = (texts: Rule['labels']): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, template]) => [name, template.render(data)]));
  const identity = normalizeLabels({ ...observed, ...render(rule.labels), [ALERT_NAME]: rule.alert });
  const shown = severity === undefined || SEVERITY in rule.labels ? undefined : { [SEVERITY]: severity };
  const key = fingerprint(identity);
  const hasAlert = verdict === 'breached' || isOpen(key);
  return {
    key,
    silent: verdict === 'no_data' || verdict === 'stale',
    seen: {
      verdict: verdict === 'breached' || verdict === 'clear' ? verdict : 'unknown',
      labels: shown ? normalizeLabels({ ...identity, ...shown }) : identity,
      annotations: hasAlert ? render(rule.annotations) : {},
      value,
      observed: fingerprint(observed),
      ...generatorUrl(rule, surroundings),
      ...(evidence ? { evidence: { ...evidence, kind: rule.kind } } : {}),
    },
  };
}

/** The graph of what the rule asks; for a kind, of its first question. */
function generatorUrl(rule: Rule, { prometheusAddress }: TemplateSurroundings): { generatorUrl?: string } {
  const expr = rule.queries[0]?.expr;
  if (!expr || !prometheusAddress) return {};
  return { generatorUrl: `${prometheusAddress}/graph?g0.expr=${encodeURIComponent(expr)}&g0.tab=0` };
}
