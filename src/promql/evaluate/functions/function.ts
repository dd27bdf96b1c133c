import type { EvaluationOptions } from '../options.js';
import type { Reading } from '../series.js';
import type { Call } from '../syntax-tree.js';
import type { Value } from '../value.js';

/** The range a function over a range looks at. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
  /** The instant of the evaluation, which differs from the end by the offset. */
  readonly nowMs: number;
  readonly options: EvaluationOptions;
}

/** A function of the readings of one series, of which there is at least one; undefined where it gives nothing. */
export type RangeFunction = (
  readings: readonly Reading[],
  span: Span,
  parameters: readonly number[],
) => number | undefined;

/** A function of whole values; `nowMs` is the instant of the evaluation. */
export type ValueFunction = (
  args: readonly Value[],
  call: Call,
  nowMs: number,
  options: EvaluationOptions,
) => Value;
