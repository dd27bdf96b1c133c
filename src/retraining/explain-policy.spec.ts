import { describe, expect, it } from '@jest/globals';
import { parseMatcher } from '../alerts/matcher-parse.js';
import { explainPolicies } from './explain-policy.js';
import { compilePolicy, type Policy } from './policy.js';
import { PolicyConfig } from './policy.schema.js';

const now = new Date(Date.UTC(2026, 2, 10, 12));
const policy = (more: object): Policy =>
  compilePolicy(PolicyConfig.parse({ name: 'p', model: 'iris', run: 'train', ...more }), (text) => {
    const parsed = parseMatcher(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.matcher;
  });
const trigger = { any: ['Low', { all: ['Inputs', 'Outputs'] }], sustained: '1h' };
const explain = (config: object, alertname: string, kind?: string, model = 'iris') =>
  explainPolicies([policy(config)], { alertname, model_name: model }, kind, now).map(
    ({ role, decision, reason, failed }) => [role, decision, reason, failed.map(({ gate }) => gate)],
  );

describe('a policy', () => {
  it.each<[sentence: string, config: object, alertname: string, kind: string, expected: readonly unknown[]]>([
    [
      'acts on its trigger, as far as its mode goes',
      { trigger, mode: 'approve' },
      'Low',
      'accuracy',
      ['triggers', 'await_approval', 'policy_mode', []],
    ],
    [
      'starts a run by itself when it may',
      { trigger, mode: 'auto' },
      'Low',
      'accuracy',
      ['triggers', 'dispatch', 'policy_mode', []],
    ],
    [
      'does nothing when it is disabled',
      { trigger, mode: 'disabled' },
      'Low',
      'accuracy',
      ['triggers', 'hold', 'disabled', ['mode']],
    ],
    [
      'is held back by what the alert can prove',
      { mode: 'auto' },
      'Moved',
      'drift',
      ['triggers', 'suggest', 'drift_alone', ['evidence']],
    ],
    [
      'waits for the rest of its trigger',
      { trigger, mode: 'auto' },
      'Inputs',
      'drift',
      ['contributes', 'hold', 'not_triggered', []],
    ],
    [
      'does not act while the alert blocks it',
      { trigger, mode: 'auto', block_when: ['Broken'] },
      'Broken',
      'error_rate',
      ['blocks', 'hold', 'not_triggered', ['block_when']],
    ],
    [
      'may have nothing to do with the alert',
      { trigger, mode: 'auto' },
      'Slow',
      'latency',
      ['none', 'hold', 'not_triggered', []],
    ],
  ])('%s', (_sentence, config, alertname, kind, expected) => {
    expect(explain(config, alertname, kind)).toEqual([expected]);
  });

  it('of another model is not asked', () => {
    expect(explain({}, 'Low', 'accuracy', 'other')).toEqual([]);
  });

  it('takes an alert from elsewhere by its words', () => {
    expect(explain({ mode: 'auto' }, 'InputDriftHigh')).toEqual([
      ['triggers', 'suggest', 'drift_alone', ['evidence']],
    ]);
  });
});
