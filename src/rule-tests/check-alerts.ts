import type { Alert } from '../alerts/alert.js';
import { ALERT_NAME } from '../alerts/labels.js';
import { showLabels } from '../promql/evaluate/label-sets.js';
import type { Look } from './replay-test.js';
import type { RuleTest } from './rule-test.schema.js';

type AlertRuleTest = RuleTest['alert_rule_test'][number];
type ExpectedAlert = AlertRuleTest['exp_alerts'][number];

const NEAR = 1e-6;

/** What is not as a test wants the firing alerts of one name, and the health of its rule; empty when all is. */
export function checkAlerts(test: AlertRuleTest, { alerts, healths }: Look): readonly string[] {
  const firing = alerts.filter(
    ({ state, labels }) => state === 'firing' && labels[ALERT_NAME] === test.alertname,
  );
  const unexpected = [...firing];
  const missing = test.exp_alerts.filter((wanted) => {
    const at = unexpected.findIndex((alert) => same(wanted, alert, test.alertname));
    if (at >= 0) unexpected.splice(at, 1);
    return at < 0;
  });
  // A value is shown where one is expected: else it would only hide what differs.
  const withValue = test.exp_alerts.some(({ exp_value: value }) => value !== undefined);
  const lines = [
    ...missing.map(({ exp_labels: labels, exp_annotations: annotations, exp_value: value }) => {
      const named = { ...labels, [ALERT_NAME]: test.alertname };
      return `- ${show(named, annotations, value)}`;
    }),
    ...unexpected.map((alert) => `+ ${tell(alert, withValue)}`),
  ];
  const wanted = test.exp_health;
  const found = healths.filter(({ alert }) => alert === test.alertname).map(({ health }) => health);
  if (wanted === undefined || found.includes(wanted)) return lines;
  return [...lines, `- health ${wanted}`, ...found.map((health) => `+ health ${health}`)];
}

function same(wanted: ExpectedAlert, alert: Alert, alertname: string): boolean {
  const { exp_value: value, exp_labels: labels, exp_annotations: annotations } = wanted;
  if (value !== undefined && !near(value, alert.value)) return false;
  return show({ ...labels, [ALERT_NAME]: alertname }, annotations) === tell(alert, false);
}

function near(wanted: number, got: number | null): boolean {
  if (got === null || Number.isNaN(got)) return Number.isNaN(wanted) && got !== null;
  return wanted === got || Math.abs(wanted - got) <= NEAR * Math.max(Math.abs(wanted), Math.abs(got));
}

function tell({ labels, annotations, value }: Alert, withValue: boolean): string {
  return show(labels, annotations, withValue ? value : undefined);
}

function show(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  value?: number | null,
): string {
  const kept = Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
  const texts = Object.keys(annotations).length === 0 ? '' : ` annotations ${showLabels(annotations)}`;
  return `${showLabels(kept)}${texts}${value === undefined ? '' : ` value ${value}`}`;
}
