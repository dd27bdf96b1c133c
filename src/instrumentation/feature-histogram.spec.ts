import { describe, expect, it } from '@jest/globals';
import { AggregatorRegistry, Counter, Registry } from 'prom-client';
import { FeatureHistogram } from './feature-histogram.js';

const HELP = `# HELP model_feature_value Input values by feature; missing and non-finite values count in the +Inf bucket only.
# TYPE model_feature_value histogram`;

function histogram() {
  const registry = new Registry();
  return { registry, features: FeatureHistogram.of(registry) };
}

describe('the feature histogram', () => {
  it('gives each feature its own bucket bounds in one metric', async () => {
    const { registry, features } = histogram();
    const petal = features.series('iris', '7', 'petal_length', [2, 4.5]);
    features.series('iris', '7', 'mood', [0]);
    for (const value of [1, 2, 2.1, 9]) petal.observe(value);
    expect(await registry.metrics()).toBe(`${HELP}
model_feature_value_bucket{le="2",model_name="iris",model_version="7",feature="petal_length"} 2
model_feature_value_bucket{le="4.5",model_name="iris",model_version="7",feature="petal_length"} 3
model_feature_value_bucket{le="+Inf",model_name="iris",model_version="7",feature="petal_length"} 4
model_feature_value_sum{model_name="iris",model_version="7",feature="petal_length"} 14.1
model_feature_value_count{model_name="iris",model_version="7",feature="petal_length"} 4
model_feature_value_bucket{le="0",model_name="iris",model_version="7",feature="mood"} 0
model_feature_value_bucket{le="+Inf",model_name="iris",model_version="7",feature="mood"} 0
model_feature_value_sum{model_name="iris",model_version="7",feature="mood"} 0
model_feature_value_count{model_name="iris",model_version="7",feature="mood"} 0
`);
  });

  it.each([null, undefined, NaN, Infinity, -Infinity])(
    'counts %p as overflow and leaves the sum a number',
    async (value) => {
      const { registry, features } = histogram();
      const series = features.series('iris', '7', 'x', [1]);
      series.observe(0.5);
      series.observe(value);
      const text = await registry.metrics();
      expect(text).toContain('_bucket{le="1",model_name="iris",model_version="7",feature="x"} 1\n');
      expect(text).toContain('_bucket{le="+Inf",model_name="iris",model_version="7",feature="x"} 2\n');
      expect(text).toContain('_sum{model_name="iris",model_version="7",feature="x"} 0.5\n');
    },
  );

  it.each([
    ['none', []],
    ['falling', [2, 1]],
    ['repeated', [1, 1]],
    ['infinite', [1, Infinity]],
    ['not numbers', [NaN]],
  ])('refuses bounds that are %s', (_case, bounds) => {
    const { features } = histogram();
    expect(() => features.series('iris', '7', 'x', bounds)).toThrow(
      /^feature x: expected finite, rising bucket bounds, got \[/,
    );
  });

  it('refuses other bounds for a series in use, and allows them for another version', () => {
    const { features } = histogram();
    features.series('iris', '7', 'x', [1, 2]);
    expect(() => features.series('iris', '7', 'x', [1, 3])).toThrow(
      'feature x: expected the bounds already in use, [1, 2], got [1, 3]',
    );
    expect(() => features.series('iris', '8', 'x', [1, 3])).not.toThrow();
  });

  it('is found again in its registry, and forgets one version at a time', async () => {
    const { registry, features } = histogram();
    features.series('iris', '7', 'x', [1]);
    features.series('iris', '8', 'x', [1]);
    FeatureHistogram.of(registry).remove('iris', '7');
    const text = await registry.metrics();
    expect(text).not.toContain('model_version="7"');
    expect(text).toContain('model_version="8"');
    registry.resetMetrics();
    expect(await registry.metrics()).toBe(`${HELP}\n`);
  });

  it('does not take the place of a metric of the same name', () => {
    const registry = new Registry();
    registry.registerMetric(new Counter({ name: 'model_feature_value', help: 'mine', registers: [] }));
    expect(() => FeatureHistogram.of(registry)).toThrow('already been registered');
  });

  it('escapes label values and sums over the workers of a cluster', async () => {
    const { registry, features } = histogram();
    features.series('i"s', '7', 'a\\b', [1]).observe(1);
    const json = (await registry.getMetricsAsJSON()) as object[];
    const sum = await AggregatorRegistry.aggregate([json, structuredClone(json)]).metrics();
    expect(sum).toContain(
      'model_feature_value_count{model_name="i\\"s",model_version="7",feature="a\\\\b"} 2\n',
    );
  });
});
