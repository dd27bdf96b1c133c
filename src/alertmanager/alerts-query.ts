import { createMatcher, type Matcher } from '../alerts/matcher.js';
import { parseMatcher } from '../alerts/matcher-parse.js';
import { type Refusal, refuse } from './refusal.js';

/** Which alerts a client asks for. */
export interface AlertsQuery {
  readonly active: boolean;
  readonly silenced: boolean;
  readonly inhibited: boolean;
  /** Of groups only: those whose route a time interval mutes. */
  readonly muted: boolean;
  /** All must hold. */
  readonly matchers: readonly Matcher[];
  readonly receives: (receiver: string) => boolean;
}

/** What was read, or why not. */
export type Read<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal };

/** Parameters of a query; repeated ones are lists. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

// What go-openapi takes for true; everything else is false.
const TRUE = ['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'];

const last = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.at(-1);

function flag(parameters: Parameters, name: string): boolean {
  const value = last(parameters[name]);
  return value === undefined || value === '' || TRUE.includes(value.toLowerCase());
}

/** The `filter` parameters of a query as matchers. */
export function readFilters(parameters: Parameters): Read<readonly Matcher[]> {
  const { filter = [] } = parameters;
  const matchers: Matcher[] = [];
  for (const text of typeof filter === 'string' ? [filter] : filter) {
    const parsed = parseMatcher(text);
    if (!parsed.ok) {
      const what = /^\{|\}$/.test(text) ? 'unexpected open or close brace' : 'bad matcher format';
      const { regexp = `${what}: ${text}` } = parsed.error;
      return { ok: false, refusal: refuse(400, regexp) };
    }
    matchers.push(parsed.matcher);
  }
  return { ok: true, value: matchers };
}

/** The parameters of `GET /alerts` and `GET /alerts/groups`. Flags are true when absent; `unprocessed` is taken and means nothing. */
export function readAlertsQuery(parameters: Parameters): Read<AlertsQuery> {
  const filters = readFilters(parameters);
  if (!filters.ok) return filters;
  const pattern = last(parameters['receiver']) ?? '';
  const receiver = createMatcher('receiver', '=~', pattern);
  if (!receiver.ok) {
    const why = receiver.error.regexp ?? receiver.error.message;
    return { ok: false, refusal: refuse(400, `failed to parse receiver param: ${why}`) };
  }
  return {
    ok: true,
    value: {
      active: flag(parameters, 'active'),
      silenced: flag(parameters, 'silenced'),
      inhibited: flag(parameters, 'inhibited'),
      muted: flag(parameters, 'muted'),
      matchers: filters.value,
      receives: (name) => pattern === '' || receiver.matcher.matches({ receiver: name }),
    },
  };
}
