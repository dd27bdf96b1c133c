import { z } from 'zod';
import { createMatcher, type Matcher, type MatchOperator } from '../alerts/matcher.js';
import { type MatcherMode, parseMatchers } from '../alerts/matcher-parse.js';
import { Duration, PositiveDuration } from '../schema/duration.js';
import { CLASSIC_LABEL_NAME, isLabelName } from './label-name.js';

/** A list of texts, each one or several matchers, in braces or not. Parsed matchers afterwards. */
export const matcherList = (mode: MatcherMode) =>
  z
    .array(
      z.string().transform((text, context): readonly Matcher[] => {
        const parsed = parseMatchers(text, mode);
        if (parsed.ok) return parsed.matchers;
        context.addIssue({ code: 'custom', message: parsed.error.message });
        return z.NEVER;
      }),
    )
    .transform((lists) => lists.flat());

/** The deprecated maps from label name to value (`=`) or pattern (`=~`). Parsed matchers afterwards. */
const matcherMap = (operator: MatchOperator) =>
  z
    .record(
      z
        .string()
        .regex(
          CLASSIC_LABEL_NAME,
          'expected a label name of letters, digits and _, not beginning with a digit',
        ),
      z.string(),
    )
    .transform((map, context): readonly Matcher[] =>
      Object.entries(map).flatMap(([name, value]) => {
        const created = createMatcher(name, operator, value);
        if (created.ok) return [created.matcher];
        context.addIssue({ code: 'custom', path: [name], message: created.error.message });
        return [];
      }),
    );

const labelNames = (mode: MatcherMode) =>
  z.array(
    z.string().refine((name) => isLabelName(name, mode), {
      error: (issue) => `expected a label name, got ${JSON.stringify(issue.input)}`,
    }),
  );

const groupBy = (mode: MatcherMode) =>
  z
    .array(
      z.string().refine((name) => name === '...' || isLabelName(name, mode), {
        error: (issue) =>
          `expected a label name, or '...' for all labels, got ${JSON.stringify(issue.input)}`,
      }),
    )
    .superRefine((names, context) => {
      names.forEach((name, index) => {
        if (name === '...' || names.indexOf(name) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `expected each label once, got ${name} again`,
        });
      });
      if (names.includes('...') && names.some((name) => name !== '...')) {
        context.addIssue({ code: 'custom', message: "expected '...' alone, as it already means all labels" });
      }
    });

const NAME = z.string().min(1, 'expected a name, got an empty text');

function routeNode(mode: MatcherMode) {
  const RouteNode = z.strictObject({
    /** Name of the receiver; inherited when absent. */
    receiver: NAME.optional(),
    matchers: matcherList(mode).optional(),
    /** Deprecated: `matchers` says the same. */
    match: matcherMap('=').optional(),
    /** Deprecated: `matchers` says the same. */
    match_re: matcherMap('=~').optional(),
    /** Labels that split alerts into groups; `['...']` means all, `[]` puts everything into one group. */
    group_by: groupBy(mode).optional(),
    /** How long a new group waits for company; may be 0. */
    group_wait: Duration.optional(),
    group_interval: PositiveDuration.optional(),
    repeat_interval: PositiveDuration.optional(),
    /** Whether siblings further down are tried after this route took the alert. */
    continue: z.boolean().optional(),
    mute_time_intervals: z.array(NAME).optional(),
    active_time_intervals: z.array(NAME).optional(),
    get routes() {
      return z.array(RouteNode).optional();
    },
  });
  return RouteNode;
}

/** The root must take every alert that reaches nobody else, at any time: so it has a receiver and no conditions. */
export function routeTree(mode: MatcherMode) {
  return routeNode(mode).superRefine((root, context) => {
    const complain = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (root.receiver === undefined)
      complain('receiver', 'expected a receiver, as the first route takes what no other takes');
    for (const key of ['matchers', 'match', 'match_re'] as const) {
      if (root[key]?.length)
        complain(key, 'expected no matchers on the first route: move them to a route under `routes`');
    }
    for (const key of ['mute_time_intervals', 'active_time_intervals'] as const) {
      if (root[key]?.length)
        complain(key, 'expected no time intervals on the first route: move them to a route under `routes`');
    }
    if (root.continue)
      complain('continue', 'expected no `continue` on the first route, which has no siblings');
  });
}

/** What stands under `route:`, matchers parsed in fallback mode and durations in milliseconds; {@link routeTree} makes it for other modes. */
export const RouteTree = routeTree('fallback');
export type RouteTree = z.infer<typeof RouteTree>;

/** An entry without a value counts as a rule without any condition, which inhibits nothing: it is dropped. */
export function inhibitRules(mode: MatcherMode) {
  const InhibitRule = z.strictObject({
    name: z.string().optional(),
    source_matchers: matcherList(mode).optional(),
    /** Deprecated: `source_matchers` says the same. */
    source_match: matcherMap('=').optional(),
    /** Deprecated: `source_matchers` says the same. */
    source_match_re: matcherMap('=~').optional(),
    target_matchers: matcherList(mode).optional(),
    /** Deprecated: `target_matchers` says the same. */
    target_match: matcherMap('=').optional(),
    /** Deprecated: `target_matchers` says the same. */
    target_match_re: matcherMap('=~').optional(),
    /** Labels on which source and target must agree; absent on both counts as agreement. */
    equal: labelNames(mode).optional(),
  });
  return z.array(InhibitRule.nullable()).transform((rules) => rules.filter((rule) => rule !== null));
}

/** What stands under `inhibit_rules:`, matchers parsed in fallback mode; {@link inhibitRules} makes it for other modes. */
export const InhibitRules = inhibitRules('fallback');
export type InhibitRules = z.infer<typeof InhibitRules>;

export { TimeIntervals } from './time-interval.schema.js';
