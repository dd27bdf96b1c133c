import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { ALERT_NAME, type Labels, MODEL_NAME, normalizeLabels } from '../alerts/labels.js';
import { SEVERITY } from '../alerts/severity.js';
import { endAlert, type Sighting, stepAlert } from '../alerts/step-alert.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import { FAILING_AFTER, isSilent, type RuleStanding } from './rule-health.js';
import type { TemplateSurroundings } from './sight.js';

/** The alert of a rule with `on_no_data: alert`. */
export const NO_DATA_ALERT = 'RetuneRuleNoData';
/** The alert of a rule that fails: after a few evaluations in a row, with `on_error: alert` at once. */
export const RULE_FAILING_ALERT = 'RetuneRuleFailing';

/** What is told of a rule besides its own alerts. */
interface Companion {
  readonly name: string;
  readonly verdict: Sighting['verdict'];
  readonly forMs: number;
  /** Whether the rule's severity counts, or the alert is a mere warning. */
  readonly asBad: boolean;
  readonly summary: string;
  readonly description: string;
}

/** Whether an alert of a rule tells of the rule itself, and not of what it measures. */
export function isCompanion(alert: Alert, rule: Rule): boolean {
  const name = alert.labels[ALERT_NAME];
  return name !== rule.alert && (name === NO_DATA_ALERT || name === RULE_FAILING_ALERT);
}

/** Steps the alerts about a rule itself. `open` are those that are pending or firing. */
export function stepCompanions(
  rule: Rule,
  group: RuleGroup,
  standing: RuleStanding,
  open: readonly Alert[],
  slot: Date,
  surroundings: TemplateSurroundings,
): readonly AlertChange[] {
  if (open.length === 0 && standing.health === 'ok') return [];
  return companionsOf(rule, standing).flatMap((companion): AlertChange[] => {
    const labels = labelsOf(companion, rule, group, slot, surroundings);
    const key = fingerprint(labels);
    const mine = open.filter((alert) => alert.labels[ALERT_NAME] === companion.name);
    const alert = mine.find((candidate) => candidate.fingerprint === key);
    const { verdict, forMs, summary, description } = companion;
    const step = stepAlert(
      alert,
      {
        verdict,
        labels,
        annotations: { summary, description },
        value: null,
        // Trouble with the data: it may keep a retraining from starting, and never starts one.
        evidence: {
          kind: 'staleness',
          measure: standing.health,
          value: null,
          threshold: null,
          note: description,
        },
      },
      { source: rule.key, fingerprint: key },
      { forMs, keepFiringForMs: 0 },
      slot,
    );
    const before = step.alert ?? alert;
    return [
      // Its labels are others since the rule was changed.
      ...mine.filter((other) => other !== alert).map((other) => endAlert(other, 'settled', slot)),
      ...(before && step.transition
        ? [{ alert: before, ...(step.alert ? {} : { deleted: true }), transition: step.transition }]
        : []),
    ];
  });
}

function companionsOf(rule: Rule, standing: RuleStanding): readonly Companion[] {
  const { onNoData, noDataAfter, onError } = rule.behaviour;
  const { health, evaluations, error = '', since } = standing;
  const name = JSON.stringify(rule.alert);
  const kept = 'Its alerts keep their state.';
  const silent = isSilent(health);
  return [
    {
      name: NO_DATA_ALERT,
      verdict:
        onNoData !== 'alert'
          ? 'gone'
          : health === 'error'
            ? 'unknown'
            : silent && evaluations >= noDataAfter
              ? 'breached'
              : 'clear',
      forMs: rule.forMs,
      asBad: true,
      summary: `The rule ${name} has no data`,
      description: `${health.replaceAll('_', ' ')} since ${since.toISOString()}. ${kept}`,
    },
    {
      name: RULE_FAILING_ALERT,
      verdict:
        health !== 'error'
          ? 'clear'
          : onError === 'alert' || evaluations >= FAILING_AFTER
            ? 'breached'
            : 'unknown',
      forMs: onError === 'alert' ? rule.forMs : 0,
      asBad: onError === 'alert',
      summary: `The rule ${name} cannot be evaluated`,
      description: error,
    },
  ];
}

/** The rule's own labels, as far as they hold without a series, and the rule's name. */
function labelsOf(
  { name, asBad }: Companion,
  rule: Rule,
  group: RuleGroup,
  now: Date,
  surroundings: TemplateSurroundings,
): Labels {
  const data = { labels: {}, value: Number.NaN, ...surroundings, now };
  const own = Object.entries(rule.labels).map(([label, template]) => [label, template.render(data)]);
  const labels: Record<string, string> = {
    ...Object.fromEntries(own),
    ...(rule.model === undefined ? {} : { [MODEL_NAME]: rule.model }),
    [ALERT_NAME]: name,
    rule: rule.alert,
    rule_group: group.name,
  };
  return normalizeLabels({ ...labels, [SEVERITY]: (asBad && labels[SEVERITY]) || 'warning' });
}
