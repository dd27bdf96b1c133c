import type { SeriesLabels } from '../../prometheus/sample.js';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

/** One text for each label set: equal exactly when the sets are. */
export function keyOf(labels: SeriesLabels): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The value of a label; the empty text where there is none, which PromQL treats alike. */
export function labelOf(labels: SeriesLabels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : '';
}

/** Only the named labels. */
export function only(labels: SeriesLabels, names: readonly string[]): SeriesLabels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

/** All labels but the named ones. */
export function without(labels: SeriesLabels, ...names: readonly string[]): SeriesLabels {
  if (!names.some((name) => Object.hasOwn(labels, name))) return labels;
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** The labels with one set anew; an empty value removes it. Safe for names such as `__proto__`. */
export function withLabel(labels: SeriesLabels, name: string, value: string): SeriesLabels {
  const others = Object.entries(labels).filter(([other]) => other !== name);
  return Object.fromEntries(value === '' ? others : [...others, [name, value]]);
}

/** `{a="x", b="y"}`, the metric's name before it. */
export function showLabels(labels: SeriesLabels): string {
  const { [METRIC_NAME]: metric = '', ...others } = labels;
  const names = Object.keys(others).toSorted();
  const pairs = names.map((name) => `${name}=${JSON.stringify(others[name])}`);
  return pairs.length === 0 && metric !== '' ? metric : `${metric}{${pairs.join(', ')}}`;
}

/** Whether a text may name a label: since Prometheus 3 any text, before letters, digits and `_`. */
export function isLabelName(text: string, version: 2 | 3): boolean {
  return version === 3 ? text !== '' : /^[a-zA-Z_]\w*$/.test(text);
}
