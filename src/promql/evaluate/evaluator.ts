import { aggregate } from './aggregate.js';
import { applyBinary } from './binary.js';
import { Fault } from './fault.js';
import { absence } from './functions/absent.js';
import { rangeFunction, valueFunction } from './functions/index.js';
import { mapElements } from './functions/values.js';
import { METRIC_NAME, without } from './label-sets.js';
import type { EvaluationOptions } from './options.js';
import { matchingSeries, readingAt } from './select.js';
import type { Series } from './series.js';
import { type Call, type Expression, type Selector, type Shift, unwrapped } from './syntax-tree.js';
import { type Element, elementsOf, numberOf, type Value, vectorOf } from './value.js';
import { windowsOfSelector, windowsOfSubquery, type Windows } from './windows.js';

/** Walks expressions over series. `queryMs` is the instant of the whole query, which `@ start()` and `@ end()` mean. */
export class Evaluator {
  constructor(
    private readonly series: readonly Series[],
    private readonly queryMs: number,
    private readonly options: EvaluationOptions,
    private readonly inSubquery = false,
  ) {}

  /** The value of an expression at `nowMs`, Unix milliseconds. */
  valueOf(expression: Expression, nowMs: number): Value {
    switch (expression.kind) {
      case 'number':
        return { type: 'scalar', value: expression.value };
      case 'string':
        return { type: 'string', text: expression.value };
      case 'parens':
        return this.valueOf(expression.inner, nowMs);
      case 'selector':
        return { type: 'vector', elements: this.select(expression, nowMs) };
      case 'sign': {
        const operand = this.valueOf(expression.operand, nowMs);
        if (expression.sign === '+') return operand;
        if (operand.type === 'scalar') return { type: 'scalar', value: -operand.value };
        return mapElements(operand, expression.at, ({ value }) => -value);
      }
      case 'binary':
        return applyBinary(
          expression,
          this.valueOf(expression.left, nowMs),
          this.valueOf(expression.right, nowMs),
          this.options.version,
        );
      case 'aggregation': {
        const parameter = expression.parameter && this.valueOf(expression.parameter, nowMs);
        const elements = elementsOf(this.valueOf(expression.operand, nowMs), expression.at);
        return aggregate(expression, parameter, elements, this.options);
      }
      case 'call':
        return this.call(expression, nowMs);
      default:
        throw new Fault('syntax', expression.at, 'a range is only the argument of a function');
    }
  }

  private select(selector: Selector, nowMs: number): readonly Element[] {
    const at = this.shifted(selector.shift, nowMs);
    return matchingSeries(this.series, selector, this.options).flatMap(({ labels, points }) => {
      const reading = readingAt(points, at, this.options);
      return reading ? [{ labels, value: reading[1], timeMs: reading[0] }] : [];
    });
  }

  private shifted({ offsetMs, pinned }: Shift, nowMs: number): number {
    return (pinned === undefined ? nowMs : typeof pinned === 'number' ? pinned : this.queryMs) - offsetMs;
  }

  private call(call: Call, nowMs: number): Value {
    const { name, args, at } = call;
    const whole = valueFunction(name);
    if (whole) {
      const values = args.map((arg) => this.valueOf(arg, nowMs));
      return whole(values, call, nowMs, this.options);
    }
    const ranged = args.map(unwrapped).find(({ kind }) => kind === 'range' || kind === 'subquery');
    if (!ranged) throw new Fault('syntax', at, `${name} takes a range such as x[5m]`);
    if (this.inSubquery && args.length > 1 && shiftOf(ranged)?.pinned !== undefined) {
      // Prometheus lets the pinned range move with the steps here, against its own documentation.
      throw new Fault('unsupported', at, `${name} over a range with @ is not evaluated inside a subquery`);
    }
    const { windows, startMs, endMs } = this.windows(ranged, nowMs);
    const filled = windows.filter(({ readings }) => readings.length > 0);
    if (name === 'absent_over_time') return absence(filled.length > 0, ranged);

    const parameters = args
      .filter((arg) => unwrapped(arg) !== ranged)
      .map((arg) => numberOf(this.valueOf(arg, nowMs), arg.at));
    const apply = rangeFunction(name);
    const span = { startMs, endMs, nowMs, options: this.options };
    const elements = filled.flatMap(({ labels, readings }): readonly Element[] => {
      const value = apply?.(readings, span, parameters);
      if (value === undefined) return [];
      return [{ labels: name === 'last_over_time' ? labels : without(labels, METRIC_NAME), value }];
    });
    return vectorOf(elements, at);
  }

  private windows(expression: Expression, nowMs: number): Windows {
    if (expression.kind === 'range') {
      const endMs = this.shifted(expression.selector.shift, nowMs);
      return windowsOfSelector(this.series, expression, endMs, this.options);
    }
    if (expression.kind !== 'subquery') throw new Fault('syntax', expression.at, 'expected a range here');
    const endMs = this.shifted(expression.shift, nowMs);
    const inside = new Evaluator(this.series, this.queryMs, this.options, true);
    const valueAt = (timeMs: number): Value => inside.valueOf(expression.inner, timeMs);
    return windowsOfSubquery(expression, endMs, valueAt, this.options);
  }
}

function shiftOf(expression: Expression): Shift | undefined {
  if (expression.kind === 'range') return expression.selector.shift;
  return expression.kind === 'subquery' ? expression.shift : undefined;
}
