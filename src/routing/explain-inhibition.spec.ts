import { describe, expect, it } from '@jest/globals';
import { explainInhibition, tellInhibition } from './explain-inhibition.js';
import { compileInhibitRules } from './inhibition.js';
import { InhibitRules } from './route.schema.js';

const rules = compileInhibitRules(
  InhibitRules.parse([
    {
      name: 'down',
      source_matchers: ['alertname=Down'],
      target_matchers: ['severity=warning'],
      equal: ['model_name', 'env'],
    },
    { source_matchers: ['severity=critical'], target_matchers: ['severity=~"critical|warning"'] },
  ]),
);
const tell = (labels: Record<string, string>): readonly string[] =>
  explainInhibition(rules, labels).map(tellInhibition);

describe('an inhibit rule', () => {
  it('says what keeps an alert quiet, with the values that have to be shared', () => {
    expect(tell({ alertname: 'Slow', severity: 'warning', model_name: 'iris' })).toEqual([
      'down: quiet while an alert {alertname="Down"} with the same {env="", model_name="iris"} fires',
      'quiet while an alert {severity="critical"} fires',
    ]);
  });

  it('says what an alert keeps quiet', () => {
    expect(tell({ alertname: 'Down', severity: 'info', env: 'prod' })).toEqual([
      'down: while it fires, alerts {severity="warning"} with the same {env="prod", model_name=""} are quiet',
    ]);
  });

  it('does not let alerts of both sides keep each other quiet', () => {
    expect(tell({ alertname: 'Low', severity: 'critical' })).toEqual([
      'quiet while an alert {severity="critical"} fires that is not itself {severity=~"critical|warning"}',
    ]);
  });

  it('is not mentioned when it has nothing to do with the alert', () => {
    expect(tell({ alertname: 'Low', severity: 'info' })).toEqual([]);
  });
});
