import { parseDuration } from '../../schema/duration.js';
import { quoteText } from '../fmt/quote.js';
import {
  ANY,
  ANY_MAP,
  CallFailure,
  Dict,
  STRING,
  Scalar,
  type FunctionTable,
  type GoFunction,
  type GoType,
  type Value,
} from '../runtime/values.js';
import { title, toLower, toUpper } from './change-case.js';
import { durationFromSeconds } from './duration-values.js';
import { escapeUrlQuery } from './escape.js';
import { stripDomain, stripPort } from './host-port.js';
import { fourDigits, humanize, humanize1024, humanizeDuration, humanizePercentage } from './humanize.js';
import { SAMPLE_FUNCTIONS } from './samples.js';
import { timeFromSeconds, timeText } from './time-values.js';
import { toFloat } from './to-float.js';

const HTML: GoType = { name: 'template.HTML', kind: 'string' };

/** Prometheus' functions that depend on nothing but their arguments. */
export const PROMETHEUS_FUNCTIONS: FunctionTable = new Map<string, GoFunction>([
  ...SAMPLE_FUNCTIONS,
  ['humanize', onNumber(humanize)],
  ['humanize1024', onNumber(humanize1024)],
  ['humanizeDuration', onNumber(humanizeDuration)],
  ['humanizePercentage', onNumber(humanizePercentage)],
  ['humanizeTimestamp', onNumber(humanizeTimestamp)],
  ['toTime', onNumber(timeFromSeconds)],
  ['toDuration', onNumber(durationFromSeconds)],
  ['parseDuration', onText(parseSeconds)],
  ['title', onText(title)],
  ['toUpper', onText(toUpper)],
  ['toLower', onText(toLower)],
  ['stripPort', onText(stripPort)],
  ['stripDomain', onText(stripDomain)],
  ['urlQueryEscape', onText(escapeUrlQuery)],
  ['safeHtml', onText((text) => new Scalar(HTML, text))],
  ['graphLink', onText((expression) => `/graph?g0.expr=${escapeUrlQuery(expression)}&g0.tab=0`)],
  ['tableLink', onText((expression) => `/graph?g0.expr=${escapeUrlQuery(expression)}&g0.tab=1`)],
  ['args', { params: [], rest: ANY, call: argumentMap }],
]);

/** Prometheus' functions that speak of the server and the moment: `externalURL`, `pathPrefix`, `now`. */
export function placeFunctions(place: {
  readonly externalUrl: string;
  readonly now?: Date | undefined;
}): FunctionTable {
  return new Map<string, GoFunction>([
    ['externalURL', { params: [], call: () => place.externalUrl }],
    ['pathPrefix', { params: [], call: () => pathOf(place.externalUrl) }],
    ['now', { params: [], call: () => secondsOf(place.now) }],
  ]);
}

function onNumber(call: (value: number) => Value): GoFunction {
  return { params: [ANY], call: ([value]) => call(toFloat(value)) };
}

function onText(call: (text: string) => Value): GoFunction {
  return { params: [STRING], call: ([text]) => call(text as string) };
}

function humanizeTimestamp(seconds: number): string {
  return Number.isFinite(seconds) ? timeText(timeFromSeconds(seconds)) : fourDigits(seconds);
}

/** Seconds of a Prometheus duration such as `1h30m`. */
function parseSeconds(text: string): number {
  if (text === '') throw new CallFailure('empty duration string');
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new CallFailure(`not a valid duration string: ${quoteText(text)}`);
  if (milliseconds * 1e6 >= 2 ** 63) throw new CallFailure('duration out of range');
  return milliseconds / 1000;
}

/** `args a b`: a map of its arguments as arg0, arg1, … to hand several values to a template. */
function argumentMap(values: readonly Value[]): Dict {
  return new Dict(ANY_MAP, new Map(values.map((value, index) => [`arg${index}`, value])));
}

function pathOf(url: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function secondsOf(now: Date | undefined): number {
  if (!now) throw new CallFailure('the time of the evaluation is not known here');
  return now.getTime() / 1000;
}
