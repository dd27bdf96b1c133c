import { formatDuration } from '../../schema/duration.js';
import { ruleKinds } from '../kinds/index.js';
import { all } from './expressions.js';
import { type ExpressionFinding, type Finding, type Lint, inExpression } from './lint.js';

/** Functions of a change over time, and how many samples they need to mean something. */
const SAMPLES: Readonly<Record<string, number>> = {
  rate: 4,
  increase: 4,
  delta: 4,
  deriv: 4,
  changes: 4,
  resets: 4,
  predict_linear: 4,
  irate: 2,
  idelta: 2,
};

const inPromql = inExpression((expression, { options }) =>
  all(expression).flatMap((part): readonly ExpressionFinding[] => {
    const needed = part.kind === 'call' ? SAMPLES[part.name] : undefined;
    if (part.kind !== 'call' || needed === undefined) return [];
    const range = part.args.find(({ kind }) => kind === 'range' || kind === 'subquery');
    if (range?.kind !== 'range' && range?.kind !== 'subquery') return [];
    const everyMs = range.kind === 'range' ? options.scrapeIntervalMs : range.stepMs;
    if (everyMs === undefined) return [];
    const fault = faultOf(range.rangeMs, needed, everyMs, range.kind === 'range' ? 'scrapes' : 'steps');
    return fault
      ? [{ at: part.at, message: `${part.name} looks back over ${fault.message}`, instead: fault.instead }]
      : [];
  }),
);

/** Windows of model kinds, wherever they stand in what was written. */
function inKind(spec: unknown, path: readonly PropertyKey[], everyMs: number): readonly Finding[] {
  if (typeof spec !== 'object' || spec === null) return [];
  return Object.entries(spec).flatMap(([key, value]): readonly Finding[] => {
    const place = [...path, Array.isArray(spec) ? Number(key) : key];
    if (typeof value !== 'number') return inKind(value, place, everyMs);
    const fault = key === 'window' || key === 'short' ? faultOf(value, 4, everyMs, 'scrapes') : undefined;
    return fault ? [{ path: place, message: `${key} spans ${fault.message}`, instead: fault.instead }] : [];
  });
}

function faultOf(
  rangeMs: number,
  needed: number,
  everyMs: number,
  things: string,
): { readonly message: string; readonly instead: string } | undefined {
  if (rangeMs >= needed * everyMs) return undefined;
  const [span, every] = [formatDuration(rangeMs), formatDuration(everyMs)];
  // Two samples are the least from which a change can be told.
  const effect = rangeMs < 2 * everyMs ? ', and often returns nothing' : '';
  const words = needed === 2 ? 'two' : 'four';
  return {
    message: `${span}, which holds fewer than ${words} ${things} ${every} apart${effect}`,
    instead: `write ${formatDuration(needed * everyMs)} or more${things === 'scrapes' ? ', or set RETUNE_SCRAPE_INTERVAL if Prometheus scrapes more often' : ''}`,
  };
}

/** Ranges that hold too few scrapes for a rate. */
export const shortRange: Lint = {
  id: 'short-range',
  severity: 'warning',
  finds:
    'a rate, an increase or the window of a kind that holds fewer than four scrapes (`irate`: two): one lost scrape and it says nothing',
  instead: 'a range of four scrape intervals or more; `RETUNE_SCRAPE_INTERVAL` says how long one is',
  check: (linted) => [
    ...inPromql(linted),
    ...ruleKinds.flatMap(({ kind }) => inKind(linted.rule[kind], [kind], linted.options.scrapeIntervalMs)),
  ],
};

/** Kinds that hold an interval or a noise floor against the number of events, and so must not count events nobody saw. */
const STATISTICAL = ['accuracy', 'drift', 'prediction_drift', 'latency'] as const;
const FEW = 10;

/**
 * Windows in which `increase()` invents events. n samples enclose n − 1 intervals, and what they saw is stretched to the whole
 * window, so that up to one interval in n − 1 is extrapolated.
 */
export const fewScrapes: Lint = {
  id: 'few-scrapes',
  severity: 'info',
  finds:
    'the window of a kind with an interval or a noise floor (`accuracy`, `drift`, `prediction_drift`, `latency`) that holds four to nine scrapes: `increase()` extrapolates to its ends, so more events are counted than were seen and chance looks smaller than it is',
  instead: 'a window of ten scrape intervals or more, or a larger `min_samples` (`latency`: `min_requests`)',
  check: ({ rule, options: { scrapeIntervalMs: every } }) =>
    STATISTICAL.flatMap((kind): readonly Finding[] => {
      const window = (rule[kind] as { readonly window?: unknown } | undefined)?.window;
      if (typeof window !== 'number' || window < 4 * every || window >= FEW * every) return [];
      const more = Math.round((100 * every) / (window - every));
      const holds = `window spans ${formatDuration(window)}, which holds fewer than ten scrapes ${formatDuration(every)} apart`;
      const message = `${holds}, so that up to ${more}% more events are counted than were seen`;
      return [{ path: [kind, 'window'], message, instead: `write ${formatDuration(FEW * every)} or more` }];
    }),
};
