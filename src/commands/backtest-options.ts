import { type LabelledIncident, parseIncidents, parseInstant } from '../backtest/labelled-incident.js';
import type { RunAssumptions } from '../backtest/simulated-run.js';
import { parseDuration } from '../schema/duration.js';
import type { Invocation } from './command.js';

/** What `retune backtest` was asked for. Milliseconds. */
export interface BacktestOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs?: number;
  readonly prometheus?: string;
  readonly rule?: RegExp;
  readonly incidents?: readonly LabelledIncident[];
  readonly assumptions: RunAssumptions;
  readonly mode?: (typeof MODES)[number];
  readonly concurrency: number;
  readonly json: boolean;
  readonly html?: string;
}

const MODES = ['suggest', 'approve', 'auto'] as const;
const OUTCOMES = ['verified', 'not_improved', 'failed'] as const;
const MOST_CONCURRENT = 20;
const LEAST_STEP_MS = 1000;

/** The options as `parseArgs` knows them. */
export const OPTIONS = {
  from: { type: 'string', default: '30d' },
  to: { type: 'string' },
  step: { type: 'string' },
  prometheus: { type: 'string' },
  rule: { type: 'string' },
  incident: { type: 'string', multiple: true },
  'run-duration': { type: 'string', default: '1h' },
  'run-outcome': { type: 'string', default: 'verified' },
  'approve-after': { type: 'string', default: '1h' },
  mode: { type: 'string' },
  concurrency: { type: 'string', default: '4' },
  json: { type: 'boolean' },
  html: { type: 'string' },
} as const;

/** What the options mean, or everything that is wrong with them. */
export function readOptions(
  options: Invocation['options'],
  now: Date,
): { readonly options: BacktestOptions } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const refuse = (name: string, expected: string): undefined => {
    problems.push(`--${name}: expected ${expected}, got ${JSON.stringify(options[name])}`);
  };
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const read = <Value>(name: string, parse: (text: string) => Value | undefined, expected: string) => {
    const given = text(name);
    return given === undefined ? undefined : (parse(given) ?? refuse(name, expected));
  };
  const oneOf = <Name extends string>(name: string, names: readonly Name[]): Name | undefined =>
    read(name, (given) => names.find((each) => each === given), names.join(', '));

  const toMs =
    read('to', parseInstant, 'an instant such as 2026-03-01T10:00Z') ??
    Math.floor(now.getTime() / 1000) * 1000;
  const fromMs = read(
    'from',
    (given) => {
      const ago = parseDuration(given);
      return ago === undefined ? parseInstant(given) : toMs - ago;
    },
    'a duration such as 30d or an instant such as 2026-03-01T10:00Z',
  );
  const stepMs = read('step', atLeast(LEAST_STEP_MS), 'a duration of at least 1s, such as 1m');
  const prometheus = read('prometheus', webAddress, 'an address such as http://prometheus.example:9090');
  const rule = read('rule', regularExpression, 'a regular expression');
  const durationMs = read('run-duration', atLeast(1), 'a duration such as 1h');
  const outcome = oneOf('run-outcome', OUTCOMES);
  const approval = read('approve-after', approveAfter, 'a duration such as 1h, or never');
  const mode = oneOf('mode', MODES);
  const concurrency = read('concurrency', fewAtATime, `a whole number from 1 to ${MOST_CONCURRENT}`);
  const incidents = ((options['incident'] ?? []) as readonly string[]).flatMap((given) => {
    const parsed = parseIncidents(given);
    if (!('bad' in parsed)) return parsed;
    problems.push(
      `--incident: expected from/to such as 2026-03-01T10:00Z/2026-03-01T18:00Z, got ${JSON.stringify(parsed.bad)}`,
    );
    return [];
  });
  if (fromMs !== undefined && fromMs >= toMs)
    problems.push(`--from: expected an instant before ${new Date(toMs).toISOString()}, where the span ends`);
  if (fromMs === undefined || durationMs === undefined || outcome === undefined || concurrency === undefined)
    return { problems };
  if (problems.length > 0) return { problems };
  const html = text('html');
  return {
    options: {
      fromMs,
      toMs,
      ...(stepMs === undefined ? {} : { stepMs }),
      ...(prometheus === undefined ? {} : { prometheus }),
      ...(rule ? { rule } : {}),
      ...(incidents.length > 0 ? { incidents } : {}),
      assumptions: {
        durationMs,
        outcome,
        ...(typeof approval === 'number' ? { approveAfterMs: approval } : {}),
      },
      ...(mode ? { mode } : {}),
      concurrency,
      json: options['json'] === true,
      ...(html === undefined ? {} : { html }),
    },
  };
}

function atLeast(least: number): (text: string) => number | undefined {
  return (text) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= least ? ms : undefined;
  };
}

function approveAfter(text: string): number | 'never' | undefined {
  return text === 'never' ? text : parseDuration(text);
}

function fewAtATime(text: string): number | undefined {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MOST_CONCURRENT ? number : undefined;
}

function webAddress(text: string): string | undefined {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? text.replace(/\/+$/, '')
    : undefined;
}

function regularExpression(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}
