import type { SeriesLabels } from '../prometheus/sample.js';
import { parseQuery } from '../promql/evaluate/parse-query.js';

/** The labels of one series, or what is wrong at a 1-based place inside the text. */
export type ReadMetric =
  | { readonly ok: true; readonly labels: SeriesLabels }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly message: string };

/** Reads the name of one series, `up{job="api"}`, its metric as `__name__`; empty text and `{}` are a series without labels. */
export function readMetric(text: string): ReadMetric {
  if (/^\s*(?:\{\s*\})?\s*$/.test(text)) return { ok: true, labels: {} };
  const parsed = parseQuery(text);
  if (!parsed.ok) return { ok: false, ...parsed.problem };
  const { root } = parsed.query;
  const wrong = { ok: false, line: 1, column: 1 } as const;
  if (root.kind !== 'selector' || root.shift.offsetMs !== 0 || root.shift.pinned !== undefined)
    return { ...wrong, message: 'expected one series such as up{job="api"}, got another expression' };
  const vague = root.matchers.find(({ operator }) => operator !== '=');
  if (vague) return { ...wrong, message: `expected ${vague.name}="…", got ${vague.operator}` };
  const pairs = root.matchers.map(({ name, value }) => [name, value] as const);
  const twice = pairs.find(([name], index) => pairs.findIndex(([other]) => other === name) !== index);
  if (twice) return { ...wrong, message: `expected each label once, got ${twice[0]} twice` };
  return { ok: true, labels: Object.fromEntries(pairs.filter(([, value]) => value !== '')) };
}
