import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { ALERT_NAME, type Labels } from '../alerts/labels.js';
import { SEVERITY } from '../alerts/severity.js';
import { type Sighting, stepAlert } from '../alerts/step-alert.js';
import type { PrometheusError } from '../prometheus/sample.js';
import type { EvaluationContext, Rule } from '../rules/rule.js';
import type { FrozenReferences } from '../rules/snapshot.js';
import { limitAlerts, type SteppedAlert } from './limit-alerts.js';
import type { RuleAnswer } from './rule-answer.js';
import { healthOf, isSilent, type RuleFinding, type RuleHealth } from './rule-health.js';
import { sight, type Sighted, type TemplateSurroundings } from './sight.js';
import { worstValue } from './worst-value.js';

/** What one evaluation of one rule comes to. */
export interface RuleOutcome extends RuleFinding {
  /** Alerts to store again, in any state. */
  readonly changes: readonly AlertChange[];
  readonly series: number;
  /** The value this evaluation is remembered by. */
  readonly worst: number | null;
}

/** What an evaluation of one rule rests on. */
export interface RuleLook {
  readonly answer: RuleAnswer | PrometheusError;
  /** The rule's pending and firing alerts. */
  readonly open: readonly Alert[];
  readonly slot: Date;
  /** Most alerts the rule may have; 0: no limit. */
  readonly limit: number;
  readonly surroundings: TemplateSurroundings;
  /** What is frozen for the rule to compare with. */
  readonly references?: FrozenReferences;
}

/**
 * One rule at one slot: judges the answers and steps every alert of the rule. Pure. A failed query changes nothing but the
 * health; so does an answer that would give two alerts one label set.
 */
export function evaluateRule(rule: Rule, look: RuleLook): RuleOutcome {
  const { answer, open, slot, limit, surroundings } = look;
  if (answer instanceof Error) return failed(`${answer.reason}: ${answer.message}`);
  const observations = rule.judge(answer.samples, contextOf(rule, look));
  const sightings = new Map<string, Sighted>();
  const known = new Set(open.map((alert) => alert.fingerprint));
  const isOpen = (key: string): boolean => known.has(key);
  for (const observation of observations) {
    const sighted = sight(rule, observation, slot, surroundings, isOpen);
    if (sightings.has(sighted.key)) {
      const labels = show(sighted.seen.labels);
      return failed(`two series have the labels ${labels} once the rule's labels are applied`);
    }
    sightings.set(sighted.key, sighted);
  }
  const health = healthOf(rule, observations, answer.scanned);
  const stepped = stepAll(rule, sightings, open, health, slot);
  const limited = limitAlerts(stepped, limit, rule.behaviour.limit, slot);
  const measured = { series: observations.length, worst: worstValue(rule, observations) };
  const { changes, cut } = limited;
  if (cut === 0) return { health, changes, ...measured };
  const exceeded = `${limited.open} alerts exceed the group's limit of ${limit}`;
  return rule.behaviour.limit === 'truncate'
    ? { health, warning: `${exceeded}: the youngest ${cut} are cut`, changes, ...measured }
    : { health: 'error', error: `${exceeded}: all are cleared`, changes, ...measured };
}

function failed(error: string): RuleOutcome {
  return { health: 'error', error, changes: [], series: 0, worst: null };
}

function stepAll(
  rule: Rule,
  sightings: ReadonlyMap<string, Sighted>,
  open: readonly Alert[],
  health: RuleHealth,
  slot: Date,
): readonly SteppedAlert[] {
  const { forMs, keepFiringForMs, behaviour } = rule;
  const before = new Map(open.map((alert) => [alert.fingerprint, alert]));
  // A model that vanished altogether has not recovered; one version that left while others report has.
  const vanished = isSilent(health) && !rule.absentMeansClear;
  const [onNoData, goneAfter]: [Sighting['verdict'], number] =
    behaviour.onNoData === 'resolve' ? ['gone', behaviour.noDataAfter] : ['unknown', 1];
  return [...new Set([...sightings.keys(), ...before.keys()])].map((key) => {
    const alert = before.get(key);
    const sighted = sightings.get(key);
    const seen = sighted?.seen ?? unseen(alert as Alert, vanished ? onNoData : 'gone');
    const silent = sighted ? sighted.silent : vanished;
    const step = stepAlert(
      alert,
      sighted?.silent ? { ...seen, verdict: onNoData } : seen,
      { source: rule.key, fingerprint: key },
      { forMs, keepFiringForMs, goneAfter: silent ? goneAfter : behaviour.goneAfter },
      slot,
    );
    return {
      ...(alert ? { before: alert } : {}),
      ...(step.alert ? { after: unchanged(alert, step.alert) ? alert : step.alert } : {}),
      ...(step.transition ? { transition: step.transition } : {}),
    };
  });
}

function unseen(alert: Alert, verdict: 'gone' | 'unknown'): Sighting {
  return { verdict, labels: alert.labels, annotations: alert.annotations, value: alert.value };
}

/** Nothing but the time of the look is new: there is nothing to store. */
function unchanged(before: Alert | undefined, { evaluatedAt: _, ...after }: Alert): before is Alert {
  if (!before || !Object.is(before.value, after.value)) return false;
  const { evaluatedAt: _before, ...known } = before;
  return isDeepStrictEqual(known, after);
}

/** What the judge may know of the alerts that fire. */
function contextOf(rule: Rule, { open, slot, references }: RuleLook): EvaluationContext {
  const firing = open.filter(({ state }) => state === 'firing');
  const severities = firing.flatMap((alert): [string, string][] => {
    const severity = SEVERITY in rule.labels ? undefined : alert.labels[SEVERITY];
    return severity === undefined ? [] : [[observedBy(rule, alert), severity]];
  });
  return {
    now: slot,
    firing: new Set(firing.map((alert) => observedBy(rule, alert))),
    severities: new Map(severities),
    ...(references ? { references } : {}),
  };
}

/** The labels the rule observed: as they were noted, or else found again below the rule's own. */
function observedBy(rule: Rule, alert: Alert): string {
  if (alert.observed !== undefined) return alert.observed;
  const own = new Set([ALERT_NAME, ...Object.keys(rule.labels)]);
  return fingerprint(Object.fromEntries(Object.entries(alert.labels).filter(([name]) => !own.has(name))));
}

function show(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
