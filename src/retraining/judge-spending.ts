import { formatDuration } from '../schema/duration.js';
import type { Circuit, PastRun } from './circuit.js';
import type { DecisionInput } from './decision.js';
import type { Judged } from './judged.js';
import { cooldownOf, costOf, spentOf } from './spending.js';

/** The pause after the last run. */
export function judgeCooldown({ policy, runs }: DecisionInput, { failures }: Circuit, now: Date): Judged {
  const cooldown = cooldownOf(runs, policy.cooldownMs, failures);
  if (!cooldown) return { pass: true, hold: 'cooldown', detail: 'no run has ended yet' };
  const { until, run, lengthMs } = cooldown;
  const doubled =
    failures > 0 ? `, longer after ${failures} failure${failures === 1 ? '' : 's'} in a row` : '';
  const detail = `until ${until.toISOString()}: ${formatDuration(lengthMs)} after ${run.id} ended ${run.state}${doubled}`;
  return { pass: now.getTime() >= until.getTime(), hold: 'cooldown', detail, until };
}

/** The number of runs in the rolling period. */
export function judgeBudget(input: DecisionInput, now: Date): Judged {
  const { budget } = input.policy;
  const spent = spentOf(allRuns(input), budget.runs, budget.perMs, now);
  const pass = spent.runs < budget.runs;
  const until = pass ? undefined : spent.freesAt;
  const frees = until ? `; the next is free at ${until.toISOString()}` : '';
  const detail = `${spent.runs} of ${budget.runs} runs in ${formatDuration(budget.perMs)}${frees}`;
  return { pass, hold: 'budget', detail, ...(until ? { until } : {}) };
}

/** What runs cost in the rolling period, with what this one is taken to cost. An unknown cost never fits. */
export function judgeCost(input: DecisionInput, now: Date): Judged {
  const { budget, costPerRun } = input.policy;
  if (budget.cost === undefined) return { pass: true, hold: 'cost', detail: 'the budget names no cost' };
  if (costPerRun === undefined) {
    const detail = `nobody knows what a run costs: write cost_per_run in the policy or its model`;
    return { pass: false, hold: 'cost', detail };
  }
  const { cost, freesAt } = costOf(allRuns(input), budget.cost - costPerRun, budget.perMs, now);
  const pass = cost + costPerRun <= budget.cost;
  const frees = pass || !freesAt ? '' : `; enough is free at ${freesAt.toISOString()}`;
  const detail = `${amount(cost)} spent and ${amount(costPerRun)} for this run, of ${amount(budget.cost)} in ${formatDuration(budget.perMs)}${frees}`;
  return { pass, hold: 'cost', detail, ...(pass || !freesAt ? {} : { until: freesAt }) };
}

function allRuns({ runs, activeRun }: DecisionInput): readonly PastRun[] {
  return activeRun && !runs.some(({ id }) => id === activeRun.id) ? [...runs, activeRun] : runs;
}

function amount(cost: number): string {
  return String(Number(cost.toFixed(2)));
}
