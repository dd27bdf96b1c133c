import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { PrometheusError, type Sample } from '../../../src/prometheus/sample.js';
import { keyOf } from '../../../src/promql/evaluate/label-sets.js';
import { fuseQueries, splitAnswer, textOf } from '../../../src/promql/fuse-queries.js';
import { describeWith } from '../../support/binaries.js';
import { startPrometheusWithPast } from '../../support/prometheus-past.js';
import { family, randomPast } from './fuse-arbitraries.js';

describeWith(['prometheus'], 'one query for many expressions', () => {
  let client: PrometheusClient;
  beforeAll(async () => {
    const { url } = await startPrometheusWithPast(randomPast(20_260_310));
    client = new PrometheusClient(url, 10_000);
  }, 60_000);
  afterAll(() => client.close());

  const ask = async (expr: string, at: Date): Promise<readonly Sample[] | 'failed'> => {
    try {
      return (await client.query(expr, at)).samples;
    } catch (error) {
      if (error instanceof PrometheusError && error.reason === 'bad_query') return 'failed';
      throw error;
    }
  };
  // Exactly the same, but for the last digits of sums over quantiles and subqueries: Prometheus keeps those in a map of Go,
  // whose order, and with it the rounding of a sum, differs from one time to the next even for the same expression.
  const asSet = (expr: string, samples: readonly Sample[] | 'failed' | undefined): unknown => {
    if (samples === 'failed' || samples === undefined) return samples;
    const written = (value: number): number =>
      /histogram_quantile|\[\w+:/.test(expr) ? Number(value.toPrecision(13)) : value;
    return samples
      .map(({ labels, value, timestamp }) => {
        return [keyOf(labels), written(value), timestamp] as const;
      })
      .toSorted(([left], [right]) => (left < right ? -1 : 1));
  };

  it('gives each the answer it would have had alone', async () => {
    const seen = { expressions: 0, fused: 0, answered: 0, failed: 0, dropped: 0, compared: 0 };
    await fc.assert(
      fc.asyncProperty(family, async ({ exprs, at }) => {
        for (const query of fuseQueries(exprs)) {
          seen.expressions += query.members.length;
          if (query.members.length < 2) continue;
          seen.fused += query.members.length;
          const text = textOf(query, query.members);
          const [shared, ...alone] = await Promise.all(
            [text, ...query.members.map(({ expr }) => expr)].map((expr) => ask(expr, at)),
          );
          if (shared === 'failed' || shared === undefined) {
            // Asked again one by one; but then it must be the fault of one of them.
            expect([text, alone.includes('failed')]).toEqual([text, true]);
            seen.failed += query.members.length;
            continue;
          }
          const split = splitAnswer(query.members, shared);
          for (const [n, { expr, fusion, comparison }] of query.members.entries()) {
            const [parts, whole] = [asSet(expr, split.get(expr)), asSet(expr, alone[n])];
            expect([expr, text, parts]).toEqual([expr, text, whole]);
            if (split.get(expr)?.length === 0) continue;
            seen.answered += 1;
            if (fusion && !fusion.carries) seen.dropped += 1;
            if (comparison) seen.compared += 1;
          }
        }
      }),
      { numRuns: 600, seed: 7 },
    );
    expect(seen.fused).toBeGreaterThan(0.4 * seen.expressions);
    expect(seen.answered).toBeGreaterThan(300);
    expect(Math.min(seen.dropped, seen.compared)).toBeGreaterThan(50);
  }, 120_000);
});
