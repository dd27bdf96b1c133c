import { describe, expect, it } from '@jest/globals';
import { layOutBySteps, type Steps } from '../prometheus/range-samples.js';
import { PrometheusError, type PrometheusFailure } from '../prometheus/sample.js';
import { type AskRange, askHistory } from './ask-history.js';
import type { Question } from './plan.js';

const QUESTION: Question = { key: 'q', expr: 'up', offsetMs: 5000, stepMs: 1000, slotBySlot: false };
const SLOTS: Steps = { firstMs: 100_000, stepMs: 1000, count: 16 };
const { signal } = new AbortController();

/** A server that fails whatever touches one of the instants, and notes what it was asked. */
function failingAt(
  instants: readonly number[],
  reason: PrometheusFailure,
): { ask: AskRange; asked: Steps[] } {
  const asked: Steps[] = [];
  const ask: AskRange = (_expr, steps) => {
    asked.push(steps);
    const last = steps.firstMs + (steps.count - 1) * steps.stepMs;
    const touched = instants.some((at) => at >= steps.firstMs && at <= last);
    return touched
      ? Promise.reject(new PrometheusError(reason, 'no'))
      : Promise.resolve(layOutBySteps(steps, []));
  };
  return { ask, asked };
}

describe('the history of a question', () => {
  it('is one request, earlier by its offset', async () => {
    const { ask, asked } = failingAt([], 'timeout');
    const { history, requests } = await askHistory(QUESTION, SLOTS, ask, signal);
    expect(asked).toEqual([{ firstMs: 95_000, stepMs: 1000, count: 16 }]);
    expect(requests).toBe(1);
    expect(history.map(({ first, count }) => [first, count])).toEqual([[0, 16]]);
  });

  it.each<PrometheusFailure>(['bad_query', 'too_expensive', 'timeout'])(
    'fails at the slots that fail and at no other: %s',
    async (reason) => {
      const { ask } = failingAt([98_000, 104_000], reason);
      const { history } = await askHistory(QUESTION, SLOTS, ask, signal);
      const failed = history.filter(({ answer }) => answer instanceof PrometheusError);
      expect(failed.map(({ first, count }) => [first, count])).toEqual([
        [3, 1],
        [9, 1],
      ]);
      const covered = history.flatMap(({ first, count }) =>
        Array.from({ length: count }, (_, k) => first + k),
      );
      expect(covered).toEqual(Array.from({ length: 16 }, (_, k) => k));
    },
  );

  it('gives up on a query that fails everywhere, after a bounded number of requests', async () => {
    const slots = { ...SLOTS, count: 4096 };
    const all = Array.from({ length: 4096 }, (_, k) => 95_000 + k * 1000);
    const { ask, asked } = failingAt(all, 'bad_query');
    const { history } = await askHistory(QUESTION, slots, ask, signal);
    expect(asked.length).toBeLessThan(200);
    expect(history.every(({ answer }) => answer instanceof PrometheusError)).toBe(true);
    expect(history.reduce((sum, { count }) => sum + count, 0)).toBe(4096);
  });

  it('is asked slot by slot where the bounds of a request matter', async () => {
    const { ask, asked } = failingAt([], 'timeout');
    await askHistory({ ...QUESTION, slotBySlot: true }, SLOTS, ask, signal);
    expect(asked.map(({ firstMs, count }) => [firstMs, count])).toEqual(
      Array.from({ length: 16 }, (_, k) => [95_000 + k * 1000, 1]),
    );
  });

  it('ends when the server is away', async () => {
    const { ask } = failingAt([98_000], 'unavailable');
    await expect(askHistory(QUESTION, SLOTS, ask, signal)).rejects.toThrow('no');
  });
});
