import { ELEMENTWISE } from './elementwise.js';
import type { RangeFunction, ValueFunction } from './function.js';
import { OVER_TIME } from './over-time.js';
import { extrapolated, instant } from './rates.js';
import { deriv, predictLinear } from './regression.js';
import { mapElements, VALUE_FUNCTIONS } from './values.js';

const RANGE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  ...OVER_TIME,
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
  irate: instant(true),
  idelta: instant(false),
  deriv,
  predict_linear: predictLinear,
};

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The function of the readings of one series that has this name. */
export function rangeFunction(name: string): RangeFunction | undefined {
  return own(RANGE_FUNCTIONS, name);
}

/** The function of whole values that has this name; those of one number apply to each element. */
export function valueFunction(name: string): ValueFunction | undefined {
  const change = own(ELEMENTWISE, name);
  if (change) return ([vector], { at }) => mapElements(vector, at, ({ value }) => change(value));
  return own(VALUE_FUNCTIONS, name);
}

/** Whether a function of this name is evaluated here. */
export function isEvaluated(name: string): boolean {
  return (
    name === 'absent_over_time' || rangeFunction(name) !== undefined || valueFunction(name) !== undefined
  );
}
