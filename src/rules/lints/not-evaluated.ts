import { metricNames } from '../../promql/check-promql.js';
import { metricOf, selectors } from './expressions.js';
import type { Lint } from './lint.js';

/** Rules that store a series: this service writes nothing to Prometheus. */
export const recordingRule: Lint = {
  id: 'recording-rule',
  severity: 'warning',
  finds: 'a recording rule, which is not evaluated here',
  instead: 'leave it with Prometheus',
  check: ({ rule }) =>
    rule.record === undefined
      ? []
      : [
          {
            path: ['record'],
            message: `${rule.record} is a recording rule, which is not evaluated here`,
            instead: 'leave it with Prometheus, which stores what it records',
          },
        ],
};

/** Rules over the series in which Prometheus keeps its own alerts. */
export const prometheusAlerts: Lint = {
  id: 'prometheus-alerts',
  severity: 'warning',
  finds:
    "`ALERTS` or `ALERTS_FOR_STATE`, which hold the alerts of Prometheus' own rules and none of Retune's",
  instead: 'repeat the condition of the alert that is meant',
  check: ({ rule, expression }) =>
    rule.alert === undefined
      ? []
      : [...new Set(expression ? selectors(expression).map(metricOf) : metricNames(rule.expr ?? ''))]
          .filter((name) => name === 'ALERTS' || name === 'ALERTS_FOR_STATE')
          .map((name) => ({
            path: ['expr'],
            message: `${name} holds the alerts of Prometheus' own rules, and none of this service`,
            instead: 'repeat the condition of the alert that is meant',
          })),
};
