import type { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import type { ModelFacts, Observation, RuleKind } from '../../../src/rules/kinds/kind.js';
import type { PastSeries } from '../../support/prometheus-past.js';

/** A stretch of time over which a series is scraped every `every` seconds, growing by `step` at each scrape after the first. */
export interface Stretch {
  /** Unix seconds of the first and of the last scrape. */
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly first: number;
  readonly step: number;
}

/** A series that is scraped over stretches, and not between them. */
export function scraped(
  name: string,
  labels: Readonly<Record<string, string>>,
  ...stretches: readonly Stretch[]
): PastSeries {
  const samples = stretches.flatMap(({ from, to, every, first, step }) =>
    Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, k): [number, number] => [
      from + k * every,
      first + k * step,
    ]),
  );
  return { name, labels, samples };
}

/** What a kind of rule says about what a Prometheus held at an instant, in Unix seconds. */
export async function judgedAt(
  client: PrometheusClient,
  condition: Readonly<Record<string, object>>,
  at: number,
  facts: Partial<ModelFacts> = {},
): Promise<readonly Observation[]> {
  const [name = '', written] = Object.entries(condition)[0] ?? [];
  const kind: RuleKind | undefined = ruleKinds.find((one) => one.kind === name);
  if (!kind) throw new Error(`no kind is called ${name}`);
  const spec = kind.Spec.parse(written);
  const model: ModelFacts = { name: kind.model(spec), labelDelaySettledMs: 0, ...facts };
  const now = new Date(at * 1000);
  const answers = await Promise.all(
    kind.queries(spec, model).map(async (query) => {
      const { samples } = await client.query(query.expr, new Date(now.getTime() - (query.offsetMs ?? 0)));
      return [query.name, samples] as const;
    }),
  );
  return kind.judge(spec, Object.fromEntries(answers), { now, model, firing: new Set() });
}
