import type { RuleGroup } from '../../../src/rules/rule.js';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';

/** Rules of every sort that keeps a state from slot to slot. */
const GROUPS = [
  {
    name: 'plain',
    rules: [
      { alert: 'Now', expr: 'load > 7' },
      { alert: 'Later', expr: 'load > 5', for: '2m' },
      { alert: 'Kept', expr: 'load > 8', keep_firing_for: '3m' },
      { alert: 'Both', expr: 'load > 6', for: '1m', keep_firing_for: '2m', labels: { severity: 'warning' } },
      { alert: 'Gone', expr: 'absent(load{host="c"})', for: '1m' },
      { alert: 'Collides', expr: 'load > 4', labels: { host: 'all' } },
      { alert: 'Quantile', expr: 'max by (host) (quantile_over_time(0.9, load[5m])) > 6.5', for: '1m' },
      { alert: 'Bounds', expr: 'load > 1 + (load @ end())' },
      { alert: 'Templated', expr: 'sum(load) > 22', labels: { level: '{{ if $labels }}yes{{ end }}' } },
      { alert: 'Lines', expr: 'load', retune: { thresholds: { above: { warning: 6, critical: 8 } } } },
    ],
  },
  { name: 'limited', limit: 2, rules: [{ alert: 'Limited', expr: 'load > 6' }] },
  { name: 'offset', query_offset: '45s', rules: [{ alert: 'Offset', expr: 'load > 7', for: '1m' }] },
  {
    name: 'kinds',
    rules: [
      { alert: 'ErrorRate', error_rate: { model: 'iris', above: '5%', window: '10m' }, for: '2m' },
      { alert: 'Burn', error_rate: { model: 'iris', slo: '99%' } },
      { alert: 'Accuracy', accuracy: { model: 'iris', below: '90%', window: '30m' }, keep_firing_for: '5m' },
      {
        alert: 'Predictions',
        prediction_drift: { model: 'iris', window: '20m', offset: '1h' },
        for: '1m',
        annotations: { summary: '{{ $labels.model_name }} at {{ $value | humanizePercentage }}' },
      },
    ],
  },
];

/** The groups, ready to evaluate. */
export function ruleGroups(): readonly RuleGroup[] {
  const models = new Map([
    ['iris', { name: 'iris', labelDelaySettledMs: 0, referenceFallback: 'rolling' as const }],
  ]);
  return compileRuleGroups('rules.yml', RuleGroups.parse(GROUPS), models, { defaultIntervalMs: 30_000 });
}
