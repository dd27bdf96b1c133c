import type { Random } from '../../../examples/iris/random.js';
import { DriftReferenceFile, toDriftReference } from '../../../src/drift/drift-reference.schema.js';
import type { DriftReference } from '../../../src/drift/reference.js';
import type { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import type { PromQuery, SamplesByQuery } from '../../../src/prometheus/sample.js';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import type { Observation, RuleKind } from '../../../src/rules/kinds/kind.js';
import { type Clock, sample, type Traffic, type World } from './simulated-traffic.js';

/** Windows that are asked for at the same time. */
const AT_ONCE = 8;

/** What Prometheus answers about one window, and the reference it is held against. */
export interface AnsweredWindow {
  readonly window: number;
  readonly at: Date;
  readonly samples: SamplesByQuery;
  readonly reference: DriftReference;
}

/** The kind of that name, by its public contract. */
export function kindNamed(name: string): RuleKind {
  const found = ruleKinds.find(({ kind }) => kind === name);
  if (!found) throw new Error(`no kind is called ${name}`);
  return found;
}

/** A reference file of `events` predictions that were drawn from a world. */
export function referenceOf(
  { model, bounds }: Traffic,
  world: World,
  events: number,
  random: Random,
): DriftReference {
  const classes = sample(Object.values(world.classes), events, random);
  const file = DriftReferenceFile.parse({
    format: 'drift-reference/1',
    model_name: model,
    features: Object.fromEntries(
      Object.entries(bounds).map(([feature, upper]) => [
        feature,
        {
          kind: 'histogram',
          upper_bounds: [...upper, '+Inf'],
          counts: sample(world.features[feature] ?? [], events, random),
        },
      ]),
    ),
    predictions: {
      class: Object.fromEntries(Object.keys(world.classes).map((name, k) => [name, classes[k]])),
    },
  });
  return toDriftReference(file, 'simulated');
}

const factsOf = (model: string, reference: DriftReference) => ({
  name: model,
  labelDelaySettledMs: 0,
  reference,
});

/** Asks Prometheus what a kind wants to know about every window, as it would be asked when the window is over. */
export async function askWindows(
  client: PrometheusClient,
  kind: RuleKind,
  spec: unknown,
  traffic: Traffic,
  clock: Clock,
  references: readonly DriftReference[],
): Promise<readonly AnsweredWindow[]> {
  const answered: AnsweredWindow[] = [];
  for (let from = 0; from < traffic.worlds.length; from += AT_ONCE) {
    const windows = traffic.worlds.map((_, window) => window).slice(from, from + AT_ONCE);
    answered.push(
      ...(await Promise.all(
        windows.map(async (window): Promise<AnsweredWindow> => {
          const reference = references[window % references.length] as DriftReference;
          // Between two scrapes, as nearly always: increase() has to extrapolate.
          const end = clock.start + (window + 1) * clock.windowSeconds + clock.scrapeSeconds / 3;
          const at = new Date(end * 1000);
          const queries = kind.queries(spec, factsOf(traffic.model, reference));
          return { window, at, reference, samples: await askAll(client, queries, at) };
        }),
      )),
    );
  }
  return answered;
}

async function askAll(
  client: PrometheusClient,
  queries: readonly PromQuery[],
  at: Date,
): Promise<SamplesByQuery> {
  const answers = await Promise.all(
    queries.map(async ({ name, expr, offsetMs = 0 }) => {
      const answer = await client.query(expr, new Date(at.getTime() - offsetMs));
      return [name, answer.samples] as const;
    }),
  );
  return Object.fromEntries(answers);
}

/** What a kind says about answered windows, while nothing fires yet. */
export function judgeWindows(
  kind: RuleKind,
  spec: unknown,
  model: string,
  windows: readonly AnsweredWindow[],
): readonly (Observation & { readonly window: number })[] {
  return windows.flatMap(({ window, at, samples, reference }) =>
    kind
      .judge(spec, samples, { now: at, model: factsOf(model, reference), firing: new Set() })
      .map((observation) => ({ ...observation, window })),
  );
}
