import { describe, expect, it } from '@jest/globals';
import { layOutBySteps, type Steps } from '../prometheus/range-samples.js';
import { compileRuleGroups } from '../rules/compile-rules.js';
import { RuleGroups } from '../rules/rule-group.schema.js';
import type { AskRange } from './ask-history.js';
import { planBacktest } from './plan.js';
import { type ReplayedRules, replayRules } from './replay-rules.js';

const SURROUNDINGS = { externalLabels: {}, externalUrl: 'http://retune', prometheusAddress: 'http://prom' };
const SLOTS = 10_800;
const groups = compileRuleGroups(
  'rules.yml',
  RuleGroups.parse([
    {
      name: 'plain',
      rules: [
        { alert: 'One', expr: 'load > 1' },
        { alert: 'Two', expr: 'load > 2', for: '1m' },
      ],
    },
  ]),
  new Map(),
  { defaultIntervalMs: 1000 },
);
const span = { fromMs: 1_700_000_000_000, toMs: 1_700_000_000_000 + (SLOTS - 1) * 1000 };
const plan = planBacktest(groups, { ...span, stepMs: 1000, matches: () => true });

/** One series that has a value at every step. */
const always: AskRange = (_expr, steps: Steps) =>
  Promise.resolve(
    layOutBySteps(steps, [
      {
        labels: { host: 'a' },
        steps: Int32Array.from({ length: steps.count }, (_, k) => k),
        values: new Float64Array(steps.count).fill(5),
      },
    ]),
  );

/** Replays, stopped at the breath of this number. */
function replay(stopAt = Infinity): Promise<ReplayedRules> {
  const stop = new AbortController();
  let breaths = 0;
  return replayRules(plan, SURROUNDINGS, {
    ask: always,
    concurrency: 2,
    signal: stop.signal,
    breathe: () => {
      breaths += 1;
      if (breaths === stopAt) stop.abort();
      return Promise.resolve();
    },
    progress: () => undefined,
  });
}

describe('a replay of rules', () => {
  it('evaluates every slot of every rule once', async () => {
    const { replays, coveredMs, done } = await replay();
    expect(replays.map(({ record }) => record.slots)).toEqual([SLOTS, SLOTS]);
    expect(coveredMs).toBe(span.toMs + 1);
    expect(done).toBe(1);
  });

  it('that is stopped between two chunks or within one has all rules at the same instant', async () => {
    for (const [stopAt, slots] of [
      [1, 1000],
      [2, 6000],
    ] as const) {
      const { replays, coveredMs } = await replay(stopAt);
      expect(replays.map(({ record }) => record.slots)).toEqual([slots, slots]);
      expect(coveredMs).toBe(span.fromMs + slots * 1000);
    }
  });
});
