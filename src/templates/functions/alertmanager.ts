import { quoteText } from '../fmt/quote.js';
import { TEXTS } from '../message-data.js';
import {
  ANY,
  ANY_MAP,
  CallFailure,
  Dict,
  List,
  STRING,
  Scalar,
  typeOf,
  type FunctionTable,
  type GoFunction,
  type GoType,
  type Value,
} from '../runtime/values.js';
import { toLower, toUpper } from './change-case.js';
import { durationOf } from './duration-values.js';
import { humanizeDuration } from './humanize.js';
import { TIME, formatAs, sinceEpoch, timeOf } from './time-values.js';
import { toFloat } from './to-float.js';
import { toJson } from './to-json.js';
import { isZone } from './zones.js';

/** Text that html templates take as HTML and do not escape. */
export const HTML: GoType = { name: 'template.HTML', kind: 'string' };
/** Text that html templates take as a safe address. */
export const SAFE_URL: GoType = { name: 'template.URL', kind: 'string' };
const ANYTHING: GoType = { name: '[]interface {}', kind: 'list', elem: ANY };

const words = new Intl.Segmenter('en', { granularity: 'word' });

/** Alertmanager's functions that depend on nothing but their arguments. https://prometheus.io/docs/alerting/latest/notifications/ */
export const ALERTMANAGER_FUNCTIONS: FunctionTable = new Map<string, GoFunction>([
  ['toUpper', onText(toUpper)],
  ['toLower', onText(toLower)],
  ['title', onText(titleWords)],
  ['trimSpace', onText((text) => text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, ''))],
  ['safeHtml', onText((text) => new Scalar(HTML, text))],
  ['safeUrl', onText((text) => new Scalar(SAFE_URL, text))],
  ['urlUnescape', onText(unescapeQuery)],
  [
    'join',
    {
      params: [STRING, TEXTS],
      call: ([separator, texts]) => ((texts as List).items as readonly string[]).join(separator as string),
    },
  ],
  ['stringSlice', { params: [], rest: STRING, call: (texts) => new List(TEXTS, texts) }],
  ['date', { params: [STRING, TIME], call: ([layout, time]) => formatAs(time, layout as string) }],
  ['tz', { params: [STRING, TIME], call: ([name, time]) => inZone(time, name as string) }],
  ['humanizeDuration', { params: [ANY], call: ([value]) => humanizeDuration(toFloat(value)) }],
  ['toJson', { params: [ANY], call: ([value]) => toJson(value) }],
  ['list', { params: [], rest: ANY, call: (values) => new List(ANYTHING, values) }],
  [
    'append',
    {
      params: [ANYTHING],
      rest: ANY,
      call: ([list, ...more]) => new List(ANYTHING, [...(list as List).items, ...more]),
    },
  ],
  ['dict', { params: [], rest: ANY, call: dictOf }],
]);

/** Alertmanager's functions that ask the clock. */
export function clockFunctions(now: Date): FunctionTable {
  const at = BigInt(now.getTime()) * 1_000_000n;
  return new Map<string, GoFunction>([
    ['now', { params: [], call: () => timeOf(at) }],
    ['since', { params: [TIME], call: ([time]) => durationOf(at - sinceEpoch(time)) }],
  ]);
}

function onText(call: (text: string) => Value): GoFunction {
  return { params: [STRING], call: ([text]) => call(text as string) };
}

/** Each word begins with a capital and goes on in small letters; an apostrophe inside a word does not begin another. */
function titleWords(text: string): string {
  let titled = '';
  for (const { segment } of words.segment(text)) {
    const first = segment.search(/[\p{L}]/u);
    if (first < 0) titled += segment;
    else {
      const letter = String.fromCodePoint(segment.codePointAt(first) as number);
      titled += segment.slice(0, first) + toUpper(letter) + toLower(segment.slice(first + letter.length));
    }
  }
  return titled;
}

/** The text behind the query part of an address: `+` is a space. */
function unescapeQuery(text: string): string {
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text);
  if (wrong) throw new CallFailure(`invalid URL escape ${quoteText(wrong[0])}`);
  const bytes = text
    .replaceAll('+', ' ')
    .split(/(%[0-9A-Fa-f]{2})/)
    .map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return Buffer.concat(bytes).toString('utf8');
}

function inZone(time: Value, name: string): Value {
  if (name === '' || name === 'UTC') return timeOf(sinceEpoch(time));
  if (!isZone(name)) throw new CallFailure(`unknown time zone ${name}`);
  return timeOf(sinceEpoch(time), name);
}

function dictOf(values: readonly Value[]): Dict {
  if (values.length % 2 === 1) throw new CallFailure('dict requires an even number of arguments');
  const entries = new Map<string, Value>();
  for (let at = 0; at < values.length; at += 2) {
    const key = values[at];
    if (typeOf(key) !== STRING) throw new CallFailure('dict keys must be strings');
    entries.set(key as string, values[at + 1]);
  }
  return new Dict(ANY_MAP, entries);
}
