import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { ALERT_NAME, type Labels, normalizeLabels } from '../alerts/labels.js';
import { type Sighting, stepAlert } from '../alerts/step-alert.js';
import type { PrometheusError, SamplesByQuery } from '../prometheus/sample.js';
import type { Observation } from '../rules/kinds/kind.js';
import type { Rule } from '../rules/rule.js';
import type { AlertTemplateData } from '../templates/template.js';

/** Health of a rule: a matter of its queries, never of its alerts. */
export type RuleHealth = 'ok' | 'error' | 'no_data' | 'insufficient_data' | 'stale';

/** What one evaluation of one rule comes to. */
export interface RuleOutcome {
  readonly health: RuleHealth;
  readonly error?: string;
  /** Alerts to store again, in any state. */
  readonly changes: readonly AlertChange[];
  readonly series: number;
}

/** What templates may show besides the alert itself. */
export interface TemplateSurroundings {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Where a person can look at a query: Prometheus without credentials. */
  readonly prometheusAddress: string;
}

/**
 * One rule at one slot: judges the answers and steps every alert of the rule. Pure.
 * A failed query changes nothing but the health; so does an answer that would give two alerts one label set.
 */
export function evaluateRule(
  rule: Rule,
  answer: SamplesByQuery | PrometheusError,
  open: readonly Alert[],
  slot: Date,
  limit: number,
  surroundings: TemplateSurroundings,
): RuleOutcome {
  if (answer instanceof Error) {
    return { health: 'error', error: `${answer.reason}: ${answer.message}`, changes: [], series: 0 };
  }
  const firing = new Set(
    open.filter((alert) => alert.state === 'firing').map((alert) => observedFingerprint(rule, alert)),
  );
  const observations = rule.judge(answer, { now: slot, firing });
  const sightings = new Map<string, Sighting>();
  for (const observation of observations) {
    const sighting = sight(rule, observation, slot, surroundings);
    const key = fingerprint(sighting.labels);
    if (sightings.has(key))
      return failed(`two series have the labels ${show(sighting.labels)} once the rule's labels are applied`);
    sightings.set(key, sighting);
  }
  const breached = [...sightings.values()].filter((sighting) => sighting.verdict === 'breached').length;
  if (limit > 0 && breached > limit) return failed(`${breached} alerts exceed the group's limit of ${limit}`);

  const health = healthOf(rule, observations);
  // A model that vanished altogether has not recovered; one version that left while others report has.
  const absent =
    rule.absentMeansClear || health === 'ok' || health === 'insufficient_data' ? 'gone' : 'unknown';
  const byFingerprint = new Map(open.map((alert) => [alert.fingerprint, alert]));
  const changes: AlertChange[] = [];
  for (const key of new Set([...sightings.keys(), ...byFingerprint.keys()])) {
    const alert = byFingerprint.get(key);
    const seen = sightings.get(key) ?? missing(alert as Alert, absent);
    const step = stepAlert(alert, seen, { source: rule.key, fingerprint: key }, rule, slot);
    if (step.alert === alert && !step.transition) continue;
    const after = step.alert ?? alert;
    if (!after) continue;
    changes.push({
      alert: after,
      ...(step.alert ? {} : { deleted: true }),
      ...(step.transition ? { transition: step.transition } : {}),
    });
  }
  return { health, changes, series: observations.length };
}

function failed(error: string): RuleOutcome {
  return { health: 'error', error, changes: [], series: 0 };
}

function sight(
  rule: Rule,
  observation: Observation,
  slot: Date,
  surroundings: TemplateSurroundings,
): Sighting {
  const data: AlertTemplateData = {
    labels: observation.labels,
    value: observation.value ?? Number.NaN,
    ...surroundings,
    now: slot,
  };
  const labels: Record<string, string> = { ...observation.labels };
  for (const [name, template] of Object.entries(rule.labels)) labels[name] = template.render(data);
  labels[ALERT_NAME] = rule.alert;
  const verdict = observation.verdict;
  return {
    verdict: verdict === 'breached' || verdict === 'clear' ? verdict : 'unknown',
    labels: normalizeLabels(labels),
    annotations: Object.fromEntries(
      Object.entries(rule.annotations).map(([name, template]) => [name, template.render(data)]),
    ),
    value: observation.value,
    ...generatorUrl(rule, surroundings),
    ...(observation.evidence ? { evidence: { ...observation.evidence, kind: rule.kind } } : {}),
  };
}

/** The graph of what the rule asks; for a kind, of its first question. */
function generatorUrl(rule: Rule, { prometheusAddress }: TemplateSurroundings): { generatorUrl?: string } {
  const expr = rule.queries[0]?.expr;
  if (!expr || !prometheusAddress) return {};
  return { generatorUrl: `${prometheusAddress}/graph?g0.expr=${encodeURIComponent(expr)}&g0.tab=0` };
}

function missing(alert: Alert, verdict: 'gone' | 'unknown'): Sighting {
  return { verdict, labels: alert.labels, annotations: alert.annotations, value: alert.value };
}

function healthOf(rule: Rule, observations: readonly Observation[]): RuleHealth {
  if (rule.absentMeansClear) return 'ok';
  const verdicts = new Set(observations.map((observation) => observation.verdict));
  if (verdicts.has('breached') || verdicts.has('clear')) return 'ok';
  if (verdicts.has('insufficient_data')) return 'insufficient_data';
  return verdicts.has('stale') ? 'stale' : 'no_data';
}

/** The labels a kind gave, found again below the rule's own. */
function observedFingerprint(rule: Rule, alert: Alert): string {
  const own = new Set([ALERT_NAME, ...Object.keys(rule.labels)]);
  return fingerprint(Object.fromEntries(Object.entries(alert.labels).filter(([name]) => !own.has(name))));
}

function show(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
