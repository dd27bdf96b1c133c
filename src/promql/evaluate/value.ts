import type { SeriesLabels } from '../../prometheus/sample.js';
import { Fault } from './fault.js';
import { keyOf, showLabels } from './label-sets.js';

/** One element of an instant vector. `timeMs`: when it was sampled, where it comes straight from a selector. */
export interface Element {
  readonly labels: SeriesLabels;
  readonly value: number;
  readonly timeMs?: number;
}

/** What an expression gives at one instant; ranges exist only as arguments of functions. */
export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'vector'; readonly elements: readonly Element[] }
  | { readonly type: 'string'; readonly text: string };

/** A vector without two elements of one label set, which Prometheus refuses too. `at` is where the expression stands. */
export function vectorOf(elements: readonly Element[], at: number): Value {
  const seen = new Set<string>();
  for (const { labels } of elements) {
    const key = keyOf(labels);
    if (seen.has(key))
      throw new Fault('execution', at, `two series of the result have the labels ${showLabels(labels)}`);
    seen.add(key);
  }
  return { type: 'vector', elements };
}

/** The elements of a vector. */
export function elementsOf(value: Value | undefined, at: number): readonly Element[] {
  if (value?.type !== 'vector') throw new Fault('syntax', at, 'expected an instant vector here');
  return value.elements;
}

/** The number of a scalar. */
export function numberOf(value: Value | undefined, at: number): number {
  if (value?.type !== 'scalar') throw new Fault('syntax', at, 'expected a number here');
  return value.value;
}

/** The text of a string. */
export function textOf(value: Value | undefined, at: number): string {
  if (value?.type !== 'string') throw new Fault('syntax', at, 'expected a text in quotes here');
  return value.text;
}
