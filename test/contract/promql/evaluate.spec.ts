import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../src/promql/evaluate/evaluate.js';
import { expressions } from './evaluate-expressions.js';
import { INTERVAL_MS, type World, worlds } from './evaluate-arbitraries.js';
import {
  askPromtool,
  keyOf,
  type PromtoolAnswer,
  type Promtool,
  promtools,
  type Question,
} from './evaluate-promtool.js';

const EXPRESSIONS = Number(process.env['EXPRESSIONS'] ?? 600);
const SEED = Number(process.env['SEED'] ?? 7);

/** Ours in promtool's form. */
function answer(
  { series }: World,
  { expr, atMs }: Question,
  { version }: Promtool,
): PromtoolAnswer | { readonly unsupported: string } {
  const evaluation = evaluate(expr, series, atMs, { version });
  if (evaluation.ok) return new Map(evaluation.samples.map(({ labels, value }) => [keyOf(labels), value]));
  const { reason, message } = evaluation.problem;
  return reason === 'unsupported' ? { unsupported: message } : { error: message };
}

function near(left: number, right: number): boolean {
  if (Object.is(left, right) || left === right) return true;
  const scale = Math.max(Math.abs(left), Math.abs(right));
  return Math.abs(left - right) <= Math.max(1e-9 * scale, 1e-10);
}

function agree(ours: ReturnType<typeof answer>, theirs: PromtoolAnswer): boolean {
  // What an infinity or NaN is as a point in time depends on Prometheus' processor; we say that we do not know.
  // The other two are faults of Prometheus itself, which we do not repeat.
  if (
    'unsupported' in ours &&
    /^the point in time|inside a subquery|both @ and offset/.test(ours.unsupported)
  )
    return true;
  if (!(ours instanceof Map) || !(theirs instanceof Map)) return 'error' in ours && 'error' in theirs;
  if (ours.size !== theirs.size) return false;
  return [...ours].every(([key, value]) => theirs.has(key) && near(value, theirs.get(key) as number));
}

describe.each(promtools)('$program, Prometheus $version', (promtool) => {
  it('gives the same answers to random questions about random series', () => {
    const wrong: unknown[] = [];
    let answers = 0;
    for (const [index, world] of fc.sample(worlds, { numRuns: 4, seed: SEED }).entries()) {
      const times = fc.nat(80).map((step) => step * INTERVAL_MS + (step % 3 === 0 ? 7000 : 0));
      const questions = fc.sample(fc.record({ expr: expressions, atMs: times }), {
        numRuns: EXPRESSIONS / 4,
        seed: SEED + index,
      });
      const theirs = askPromtool(promtool, INTERVAL_MS, world.notation, questions);
      questions.forEach((question, at) => {
        const ours = answer(world, question, promtool);
        if (ours instanceof Map && ours.size > 0) answers += 1;
        if (!agree(ours, theirs[at] as PromtoolAnswer)) wrong.push({ question, ours, theirs: theirs[at] });
      });
    }
    if (process.env['SHOW'])
      process.stdout.write(
        wrong
          .slice(0, 12)
          .map((one) => `${inspect(one, { depth: 5 })}\n`)
          .join(''),
      );
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(answers).toBeGreaterThan(EXPRESSIONS / 3);
  });
});
