import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GroupAsker } from '../../../src/evaluation/group-asker.client.js';
import { planQueries } from '../../../src/evaluation/plan-queries.js';
import type { RuleAnswer } from '../../../src/evaluation/rule-answer.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { PrometheusError, type Sample } from '../../../src/prometheus/sample.js';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import type { RuleGroup } from '../../../src/rules/rule.js';
import { describeWith } from '../../support/binaries.js';
import { CaptureServer } from '../../support/capture-server.js';
import { type PastSeries, startPrometheusWithPast } from '../../support/prometheus-past.js';
import { exampleRules, modelNames, MODELS_PAST, pastOfModels } from './many-models.js';

const SLOT = new Date(MODELS_PAST.to * 1000);
const later = (minutes: number): Date => new Date(SLOT.getTime() + minutes * 60_000);

function groupOf(...exprs: readonly string[]): RuleGroup {
  const rules = exprs.map((expr, n) => ({ alert: `A${n}`, expr }));
  const [group] = compileRuleGroups('f', RuleGroups.parse([{ name: 'g', rules }]), new Map(), {
    defaultIntervalMs: 10_000,
  });
  return group as RuleGroup;
}

/** An asker, what it asked and failed at each slot, and its answers in the order of the rules. */
class Asking {
  private readonly metrics = new Metrics();
  private readonly asker: GroupAsker;
  private before: Readonly<Record<string, number>> = {};

  constructor(client: PrometheusClient) {
    this.asker = new GroupAsker(client, this.metrics);
  }

  async ask(group: RuleGroup, slot = SLOT): Promise<readonly (RuleAnswer | PrometheusError)[]> {
    return [...(await this.asker.ask(group, slot, AbortSignal.timeout(20_000))).values()];
  }

  /** Queries since it was asked last, by outcome. */
  async queries(): Promise<Readonly<Record<string, number>>> {
    const metric = await this.metrics.registry.getSingleMetric('retune_prometheus_queries_total')?.get();
    const total = Object.fromEntries(
      (metric?.values ?? []).map(({ labels, value }) => [String(labels['outcome']), value]),
    );
    const since = Object.entries(total).map(([outcome, count]) => [
      outcome,
      count - (this.before[outcome] ?? 0),
    ]);
    this.before = total;
    return Object.fromEntries(since.filter(([, count]) => count !== 0)) as Record<string, number>;
  }
}

describeWith(['prometheus'], 'what a group asks a Prometheus', () => {
  const models = modelNames(50);
  let client: PrometheusClient;
  beforeAll(async () => {
    const twin = (name: string, labels: Record<string, string>, value: number): PastSeries => ({
      name,
      labels,
      samples: Array.from({ length: 30 }, (_, n) => [MODELS_PAST.to - n * 60, value] as const).toReversed(),
    });
    const broken = ['a', 'b', 'c', 'd'].flatMap((m, n) => [
      twin('left', { m, i: '1' }, n),
      twin('right', { m, i: '1' }, 1),
      ...(m === 'b' ? [twin('right', { m, i: '1', j: 'twin' }, 1)] : []),
    ]);
    const wide = ['a', 'b'].flatMap((m) =>
      Array.from({ length: 150 }, (_, n) => twin('wide', { m, n: `${n}` }, n)),
    );
    const { url } = await startPrometheusWithPast([...pastOfModels(models), ...broken, ...wide]);
    client = new PrometheusClient(url, 20_000);
  }, 120_000);
  afterAll(() => client.close());

  it('comes to the same observations as if each rule had asked by itself, for all kinds and fifty models', async () => {
    const group = exampleRules(models);
    const alone = new Map<string, Promise<readonly Sample[]>>();
    const askAlone = (expr: string): Promise<readonly Sample[]> => {
      const known = alone.get(expr) ?? client.query(expr, SLOT).then(({ samples }) => samples);
      alone.set(expr, known);
      return known;
    };
    const asking = new Asking(client);
    const answers = await asking.ask(group);
    const context = { now: SLOT, firing: new Set<string>() };
    const verdicts = new Map<string, number>();
    for (const [n, rule] of group.rules.entries()) {
      const own = await Promise.all(
        rule.queries.map(async ({ name, expr }): Promise<[string, readonly Sample[]]> => [
          name,
          await askAlone(expr),
        ]),
      );
      const shared = answers[n] as RuleAnswer;
      const observations = rule.judge(shared.samples, context);
      expect([rule.key, observations]).toEqual([rule.key, rule.judge(Object.fromEntries(own), context)]);
      for (const { verdict } of observations) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    const { queries } = planQueries(group.rules);
    expect(await asking.queries()).toEqual({ ok: queries.length });
    expect(alone.size).toBeGreaterThan(40 * queries.length);
    for (const verdict of ['breached', 'clear', 'insufficient_data', 'no_data'])
      expect([verdict, (verdicts.get(verdict) ?? 0) > 20]).toEqual([verdict, true]);
  }, 60_000);

  it('fails a rule by its own expression only, and asks the others together from then on', async () => {
    const group = groupOf(...['a', 'b', 'c', 'd'].map((m) => `left{m="${m}"} / on (i) right{m="${m}"} >= 2`));
    const asking = new Asking(client);
    const expected = [
      { samples: { expr: [] } },
      expect.objectContaining({ reason: 'bad_query', message: expect.stringContaining('many-to-many') }),
      { samples: { expr: [{ value: 2, labels: { i: '1' } }] } },
      { samples: { expr: [{ value: 3, labels: { i: '1' } }] } },
    ];
    const queriesAt = async (minutes: number): Promise<object> => {
      expect(await asking.ask(group, later(minutes))).toMatchObject(expected);
      return asking.queries();
    };
    expect(await queriesAt(-20)).toEqual({ bad_query: 2, ok: 3 });
    expect(await queriesAt(-19)).toEqual({ bad_query: 1, ok: 1 });
    expect(await queriesAt(-11)).toEqual({ bad_query: 1, ok: 1 });
    // Tried again, in case it was mended.
    expect(await queriesAt(-10)).toEqual({ bad_query: 2, ok: 3 });
  });

  it('compares for itself only while that is cheaper than a query each', async () => {
    const group = groupOf('wide{m="a"} > 148', 'wide{m="b"} > 147', 'left{m="c"} > 1', 'left{m="d"} > 2');
    const asking = new Asking(client);
    const expected = [1, 2, 1, 1].map((length) => ({ samples: { expr: { length } } }));
    expect(await asking.ask(group, later(-2))).toMatchObject(expected);
    expect(await asking.queries()).toEqual({ ok: 2 });
    expect(await asking.ask(group, later(-1))).toMatchObject(expected);
    expect(await asking.queries()).toEqual({ ok: 3 });
  });

  it('finds out which of several matches nothing, one at a slot', async () => {
    const group = groupOf('left{m="a"} > 5', 'left{m="typo"} > 5');
    const asking = new Asking(client);
    const scanned = async (minutes: number): Promise<readonly unknown[]> => {
      const answers = await asking.ask(group, later(minutes));
      return [...answers.map((answer) => (answer as RuleAnswer).scanned), await asking.queries()];
    };
    expect(await scanned(-3)).toEqual([1, undefined, { ok: 2 }]);
    expect(await scanned(-2)).toEqual([1, 0, { ok: 2 }]);
    expect(await scanned(-1)).toEqual([1, 0, { ok: 1 }]);
  });

  it('knows at once that all of several match nothing', async () => {
    const answers = await new Asking(client).ask(groupOf('left{m="tipo"} > 5', 'left{m="typo"} > 5'));
    expect(answers).toMatchObject([{ scanned: 0 }, { scanned: 0 }]);
  });
});

describe('a Prometheus that is away', () => {
  it('is asked no more than it would have been', async () => {
    const server = await CaptureServer.start();
    server.otherwise({ status: 503, body: 'starting' });
    const client = new PrometheusClient(server.url, 2000);
    const group = groupOf('x{m="a"} > 1', 'x{m="b"} > 1', 'x{m="c"} > 1');
    for (const answer of await new Asking(client).ask(group))
      expect(answer).toMatchObject({ reason: 'unavailable' });
    expect(server.requests).toHaveLength(1);
    client.close();
  });
});
