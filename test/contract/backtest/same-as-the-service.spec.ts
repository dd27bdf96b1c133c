import { beforeAll, expect, it } from '@jest/globals';
import type { Alert } from '../../../src/alerts/alert.js';
import { planBacktest, type PlannedRule } from '../../../src/backtest/plan.js';
import { type ReplayedRules, replayRules } from '../../../src/backtest/replay-rules.js';
import { RuleRecord } from '../../../src/backtest/rule-record.js';
import { evaluateGroup } from '../../../src/evaluation/evaluate-group.js';
import type { RuleAnswer } from '../../../src/evaluation/rule-answer.js';
import type { RuleStanding } from '../../../src/evaluation/rule-health.js';
import { PrometheusRangeClient } from '../../../src/prometheus/prometheus-range.client.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { PrometheusError, type Sample } from '../../../src/prometheus/sample.js';
import { describeWith } from '../../support/binaries.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPrometheus } from '../../support/prometheus.js';
import { historyText } from './history.js';
import { ruleGroups } from './rules.js';

const STEP_MS = 30_000;
const END_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const SPAN = { fromMs: END_MS - 2.5 * 3_600_000, toMs: END_MS - 60_000 };
const SURROUNDINGS = { externalLabels: {}, externalUrl: 'http://retune', prometheusAddress: 'http://prom' };
const plan = planBacktest(ruleGroups(), { ...SPAN, stepMs: STEP_MS, matches: () => true });

/** The service's way: an instant query for each question of each slot, the group's rules judged, alerts kept. */
async function slotBySlot(client: PrometheusClient, planned: PlannedRule): Promise<RuleRecord> {
  const { rule, group } = planned;
  const record = new RuleRecord(rule, SPAN.fromMs, SPAN.toMs);
  const open = new Map<string, Alert>();
  let standing: RuleStanding | undefined;
  for (let at = Math.ceil(SPAN.fromMs / STEP_MS) * STEP_MS; at <= SPAN.toMs; at += STEP_MS) {
    const slot = new Date(at);
    const { outcomes, changes, standings } = evaluateGroup(
      { ...group, rules: [rule] },
      {
        answers: new Map([[rule.key, await askInstant(client, planned, at)]]),
        open: [...open.values()],
        standings: new Map(standing ? [[rule.key, standing]] : []),
        excused: false,
        slot,
        surroundings: SURROUNDINGS,
      },
    );
    standing = standings.get(rule.key)?.after ?? standing;
    for (const change of changes) {
      if (change.deleted || change.alert.state === 'resolved') open.delete(change.alert.fingerprint);
      else open.set(change.alert.fingerprint, change.alert);
      record.change(change);
    }
    const own = [...open.values()].filter(({ labels }) => labels['alertname'] === rule.alert);
    const states = own.map(({ state }) => state);
    const alerts = states.includes('firing') ? 'firing' : states.length > 0 ? 'pending' : 'none';
    const { health = 'ok', worst = null, error } = outcomes.get(rule.key) ?? {};
    if (error !== undefined) record.error = error;
    record.slot(at, { alerts, health, worst, threshold: null });
  }
  return record;
}

async function askInstant(
  client: PrometheusClient,
  { rule, group }: PlannedRule,
  slotMs: number,
): Promise<RuleAnswer | PrometheusError> {
  const samples: Record<string, readonly Sample[]> = {};
  for (const { name, expr, offsetMs = 0 } of rule.queries) {
    try {
      const at = new Date(slotMs - group.queryOffsetMs - offsetMs);
      samples[name] = (await client.query(expr, at)).samples;
    } catch (error) {
      if (error instanceof PrometheusError) return error;
      throw error;
    }
  }
  return { samples };
}

/** All that happened to the alerts of a rule, and how it was at its slots. */
function factsOf({ episodes, averted, rows, fired, slots, slotsByState, error }: RuleRecord): object {
  return { episodes, averted, rows, fired, slots, slotsByState, error };
}

describeWith(['prometheus'], 'a replay of history', () => {
  let client: PrometheusClient;
  let replayed: ReplayedRules;

  beforeAll(async () => {
    const { url } = await startPrometheus({ history: historyText(END_MS / 1000, 7), scrapeInterval: '1h' });
    client = new PrometheusClient(url, 30_000);
    onCleanup(() => client.close());
    const range = new PrometheusRangeClient(url, 4);
    onCleanup(() => range.close());
    replayed = await replayRules(plan, SURROUNDINGS, {
      ask: (expr, steps, signal) => range.queryRange(expr, steps, signal),
      concurrency: 4,
      mostSteps: 70,
      signal: new AbortController().signal,
      breathe: () => Promise.resolve(),
      progress: () => undefined,
    });
  }, 60_000);

  it.each(plan.rules.map((planned) => [planned.rule.alert, planned] as const))(
    'has the same transitions as the service had slot by slot: %s',
    async (_alert, planned) => {
      const replay = replayed.replays.find((each) => each.planned === planned);
      const expected = await slotBySlot(client, planned);
      expect(factsOf(replay?.record as RuleRecord)).toEqual(factsOf(expected));
    },
    60_000,
  );

  it('saw what keeps a state: pending, kept, resolved, no data, failures', () => {
    const records = new Map(replayed.replays.map(({ planned, record }) => [planned.rule.alert, record]));
    const of = (alert: string): RuleRecord => records.get(alert) as RuleRecord;
    expect(of('Now').fired).toBeGreaterThan(20);
    expect(of('Later').averted.length).toBeGreaterThan(5);
    expect(of('Kept').slotsByState.firing).toBeGreaterThan(of('Now').slotsByState.firing / 4);
    expect(of('Gone').fired).toBeGreaterThan(1);
    expect(of('Collides').fired).toBe(1);
    expect(of('Collides').error).toContain('two series have the labels');
    expect(of('Limited').slotsByState.error).toBeGreaterThan(0);
    expect(of('ErrorRate').fired).toBe(1);
    expect(of('Accuracy').fired).toBe(1);
    expect(of('Predictions').fired).toBeGreaterThan(0);
  });
});
