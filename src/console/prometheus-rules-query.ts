import { type Matcher, createMatcher } from '../alerts/matcher.js';
import { parseMatchers } from '../alerts/matcher-parse.js';

/** Which rules `GET /api/v1/rules` is to show; empty sets restrict nothing. */
export interface RulesFilter {
  readonly type?: 'alert' | 'record';
  readonly ruleNames: ReadonlySet<string>;
  readonly ruleGroups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** One list per `match[]`: all of one list have to hold, on the labels as written in the rule. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly excludeAlerts: boolean;
  /** Most groups in one answer; with it an answer may name the token of the next page. */
  readonly groupLimit?: number;
  readonly groupNextToken?: string;
}

/** The parameters of a request as they arrive: a repeated one is a list. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A filter, or what is wrong with the request in Prometheus' form: `invalid parameter "type": …`. */
export type ReadQuery =
  { readonly ok: true; readonly filter: RulesFilter } | { readonly ok: false; readonly error: string };

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['', '0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** Reads the parameters that Prometheus' `GET /api/v1/rules` takes; others are ignored, as there. */
export function readRulesQuery(query: RawQuery): ReadQuery {
  const all = (name: string): readonly string[] => [query[name] ?? []].flat();
  const one = (name: string): string => all(name)[0] ?? '';
  const refuse = (name: string, why: string): ReadQuery => ({
    ok: false,
    error: `invalid parameter ${JSON.stringify(name)}: ${why}`,
  });

  const type = one('type').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    return refuse('type', `expected alert or record, got ${JSON.stringify(one('type'))}`);
  const excludeAlerts = BOOLEANS.get(one('exclude_alerts'));
  if (excludeAlerts === undefined)
    return refuse('exclude_alerts', `expected true or false, got ${JSON.stringify(one('exclude_alerts'))}`);
  const limit = one('group_limit');
  if (limit !== '' && !/^0*[1-9]\d{0,8}$/.test(limit))
    return refuse('group_limit', `expected a whole number greater than 0, got ${JSON.stringify(limit)}`);
  const token = one('group_next_token');
  if (token !== '' && limit === '')
    return refuse('group_next_token', 'expected group_limit beside it: the groups are shown page by page');

  const matcherSets: (readonly Matcher[])[] = [];
  for (const text of all('match[]')) {
    const read = readSelector(text);
    if (typeof read === 'string') return refuse('match[]', read);
    matcherSets.push(read);
  }
  return {
    ok: true,
    filter: {
      ...(type !== '' && { type }),
      ruleNames: new Set(all('rule_name[]')),
      ruleGroups: new Set(all('rule_group[]')),
      files: new Set(all('file[]')),
      matcherSets,
      excludeAlerts,
      ...(limit !== '' && { groupLimit: Number(limit) }),
      ...(token !== '' && { groupNextToken: token }),
    },
  };
}

/** The matchers of a series selector (`{team="a"}`, `name{…}`), or what is wrong with it. */
function readSelector(text: string): readonly Matcher[] | string {
  const [, name = '', braces = ''] = /^\s*([a-zA-Z_:][\w:]*)?\s*(.*?)\s*$/s.exec(text) ?? [];
  if (braces === '' ? name === '' : !/^\{.*\}$/s.test(braces))
    return `expected a selector such as {severity="critical"}, got ${JSON.stringify(text)}`;
  const parsed = parseMatchers(braces, 'utf8');
  if (!parsed.ok) return parsed.error.message;
  const named = name === '' ? undefined : createMatcher('__name__', '=', name);
  const matchers = [...(named?.ok ? [named.matcher] : []), ...parsed.matchers];
  if (matchers.every((matcher) => matcher.matches({})))
    return `expected at least one matcher that an absent label does not satisfy, got ${JSON.stringify(text)}`;
  return matchers;
}
