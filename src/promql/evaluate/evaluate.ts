import type { Sample } from '../../prometheus/sample.js';
import { Evaluator } from './evaluator.js';
import { caught, type EvaluationProblem, Fault } from './fault.js';
import { DEFAULT_OPTIONS, type EvaluationOptions } from './options.js';
import { parseQuery, type Query } from './parse-query.js';
import type { Series } from './series.js';

/** What an expression gives at an instant. A scalar is one sample without labels, as in an answer of Prometheus. */
export type Evaluation =
  | { readonly ok: true; readonly type: 'scalar' | 'vector'; readonly samples: readonly Sample[] }
  | { readonly ok: false; readonly problem: EvaluationProblem };

/**
 * What Prometheus would answer to `expr` at `atMs` (Unix milliseconds) if it had stored `series`. An expression with a
 * construct that is not known here is a problem that names it, never a number. Pure; the README lists what is known.
 */
export function evaluate(
  expr: string,
  series: readonly Series[],
  atMs: number,
  options: Partial<EvaluationOptions> = {},
): Evaluation {
  const parsed = parseQuery(expr);
  return parsed.ok ? evaluateQuery(parsed.query, series, atMs, options) : parsed;
}

/** As `evaluate`, for an expression that was read before. */
export function evaluateQuery(
  { text, root }: Query,
  series: readonly Series[],
  atMs: number,
  options: Partial<EvaluationOptions> = {},
): Evaluation {
  const evaluator = new Evaluator(series, atMs, { ...DEFAULT_OPTIONS, ...options });
  const timestamp = atMs / 1000;
  const answer = caught(text, (): Evaluation => {
    const value = evaluator.valueOf(root, atMs);
    if (value.type === 'string') throw new Fault('syntax', root.at, 'the result is a text in quotes');
    if (value.type === 'scalar')
      return { ok: true, type: 'scalar', samples: [{ labels: {}, value: value.value, timestamp }] };
    const samples = value.elements.map(({ labels, value: number }) => ({ labels, value: number, timestamp }));
    return { ok: true, type: 'vector', samples };
  });
  return 'ok' in answer ? answer : { ok: false, problem: answer };
}
