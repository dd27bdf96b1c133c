import { describe, expect, it } from '@jest/globals';
import { Models, toModelFacts } from './model.schema.js';

const issuesOf = (input: unknown): string[] => {
  const result = Models.safeParse(input);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('Models', () => {
  it('needs only a name', () => {
    const [model] = Models.parse([{ name: 'iris' }]);
    expect(model && toModelFacts(model)).toEqual({ name: 'iris', labelDelaySettledMs: 0 });
  });

  it('reads everything there is to say', () => {
    const [model] = Models.parse([
      {
        name: 'iris',
        owner: 'team-flowers',
        label_delay: { first: '6h', settled: '24h' },
        reference: { file: 'references/iris-7.json', fallback: 'none' },
        cost_per_run: { amount: 12, currency: 'EUR' },
      },
    ]);
    const reference = { id: 'x', features: {} };
    expect(model && toModelFacts(model, reference)).toEqual({
      name: 'iris',
      labelDelaySettledMs: 86_400_000,
      reference,
      referenceFallback: 'none',
      pinAfterMs: 86_400_000,
    });
  });

  it.each<[string, unknown, string]>([
    [
      'two models of one name',
      [{ name: 'a' }, { name: 'a' }],
      '1.name: expected a name no other model has, got "a" twice',
    ],
    [
      'labels that settle before they arrive',
      [{ name: 'a', label_delay: { first: '2d', settled: '1d' } }],
      '0.label_delay.first: expected first to be at most settled (1d), got 2d',
    ],
    [
      'a fallback that does not exist',
      [{ name: 'a', reference: { fallback: 'latest' } }],
      '0.reference.fallback: expected pinned, rolling, seasonal or none, got "latest": pinned compares a version with itself once it had settled',
    ],
    [
      'a currency without a code',
      [{ name: 'a', cost_per_run: { amount: 1, currency: 'euro' } }],
      '0.cost_per_run.currency: expected a currency code such as EUR',
    ],
  ])('refuses %s', (_, input, message) => {
    expect(issuesOf(input)).toEqual([message]);
  });
});
