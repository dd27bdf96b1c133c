import { describe, it, expect } from '@jest/globals';
import type { Matcher } from '../alerts/matcher.js';
import { NO_FURTHER_LIMITS } from './fake-policy.js';
import { compilePolicy, ruleNames } from './policy.js';
import { Policies } from './policy.schema.js';

const least = { name: 'iris-retrain', model: 'iris-classifier', run: 'flowers-train' };
const HOUR = 3_600_000;
const errors = (value: unknown): readonly string[] =>
  (Policies.safeParse(value).error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
const noMatchers = (text: string): Matcher => {
  throw new Error(text);
};

describe('Policies', () => {
  it('is safe with a name, a model and a target alone: it only suggests', () => {
    const [config] = Policies.parse([least]);
    expect(compilePolicy(config!, noMatchers)).toEqual({
      ...least,
      mode: 'suggest',
      trigger: {
        type: 'signals',
        signals: ['accuracy', 'unproven_accuracy', 'input_drift', 'prediction_drift'],
      },
      sustainedMs: 0,
      blockWhen: [{ type: 'signals', signals: ['data_quality'] }],
      cooldownMs: 24 * HOUR,
      budget: { runs: 4, perMs: 720 * HOUR },
      verify: {
        newVersionWithinMs: 24 * HOUR,
        soakMs: 6 * HOUR,
        windowMs: 72 * HOUR,
        deadlineMs: 168 * HOUR,
        minSamples: 200,
      },
      startWithinMs: HOUR,
      finishWithinMs: 6 * HOUR,
      approvalTimeoutMs: 8 * HOUR,
      attempts: 2,
      newLabels: 0,
      onConflict: 'hold',
      blackout: [],
      approval: { by: [], count: 1, notRequester: true },
      outcomes: NO_FURTHER_LIMITS.outcomes,
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('compiles nested triggers and names the rules they mention', () => {
    const [config] = Policies.parse([
      {
        ...least,
        trigger: { any: ['A', { all: ['B', { matchers: ['severity="critical"'] }] }], sustained: '6h' },
      },
    ]);
    const matcher: Matcher = { name: 'severity', operator: '=', value: 'critical', matches: () => true };
    expect(compilePolicy(config!, () => matcher)).toMatchObject({
      sustainedMs: 6 * HOUR,
      trigger: {
        type: 'any',
        of: [
          { type: 'rule', alertname: 'A' },
          {
            type: 'all',
            of: [
              { type: 'rule', alertname: 'B' },
              { type: 'matchers', text: '{severity="critical"}' },
            ],
          },
        ],
      },
    });
    expect(config!.trigger!.any!.flatMap(ruleNames)).toEqual(['A', 'B']);
  });

  it.each<[string, unknown, string]>([
    [
      'a mode it does not know',
      { ...least, mode: 'on' },
      '0.mode: expected disabled, suggest, approve or auto',
    ],
    [
      'any and all side by side',
      { ...least, trigger: { any: ['A'], all: ['B'] } },
      '0.trigger: expected exactly one of any and all in trigger; nest the other one, as in any: [A, { all: [B, C] }]',
    ],
    [
      'a condition it cannot read',
      { ...least, trigger: { any: [{ some: ['A'] }] } },
      '0.trigger.any.0: expected the name of a rule, { any: [...] }, { all: [...] } or { matchers: [...] }',
    ],
    [
      'a matcher it cannot read',
      { ...least, trigger: { any: [{ matchers: ['severity'] }] } },
      '0.trigger.any.0.matchers.0: bad matcher format: expected a matcher such as severity="page", got "severity"',
    ],
    [
      'a duration in words',
      { ...least, cooldown: '1 day' },
      '0.cooldown: expected a duration such as 5m, got "1 day"',
    ],
    [
      'a deadline before the judgement can be made',
      { ...least, verify: { window: '7d' } },
      '0.verify: expected a deadline of at least soak + window = 7d6h, got 1w',
    ],
    [
      'a target in percent',
      { ...least, verify: { target: 92 } },
      '0.verify.target: expected an accuracy between 0 and 1 such as 0.92',
    ],
  ])('refuses %s', (_what, value, message) => {
    expect(errors([value])).toContain(message);
  });
});
