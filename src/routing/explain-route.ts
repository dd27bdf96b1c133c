import type { Labels } from '../alerts/labels.js';
import { labelValue, type Matcher } from '../alerts/matcher.js';
import { formatMatcher, formatMatchers } from '../alerts/matcher-format.js';
import { formatDuration } from '../schema/duration.js';
import { groupOf } from './grouping.js';
import type { GroupIdentity, Route } from './route.js';

/** A matcher that did not hold, and the value it was held against (empty when the label is absent). */
export interface FailedMatcher {
  readonly matcher: Matcher;
  readonly actual: string;
}

/**
 * What became of an alert at one route.
 * - `taken`: the route notifies.
 * - `passed_on`: the route matches, and at least one of its children took the alert.
 * - `not_matched`: a matcher does not hold; the children were not asked.
 * - `not_reached`: an earlier sibling took the alert and does not say `continue`.
 */
export type RouteOutcome = 'taken' | 'passed_on' | 'not_matched' | 'not_reached';

/** One route with its reason; the tree has the shape of the routing tree. */
export interface RouteExplanation {
  readonly route: Route;
  readonly outcome: RouteOutcome;
  /** Empty unless `not_matched`. */
  readonly failed: readonly FailedMatcher[];
  /** Only when `not_reached`: the sibling that ended the search. */
  readonly endedBy?: Route;
  /** Only when `taken`. */
  readonly group?: GroupIdentity;
  readonly children: readonly RouteExplanation[];
}

function notReached(route: Route, endedBy: Route): RouteExplanation {
  return {
    route,
    outcome: 'not_reached',
    failed: [],
    endedBy,
    children: route.children.map((child) => notReached(child, endedBy)),
  };
}

function notAsked(route: Route, labels: Labels): RouteExplanation {
  const failed = route.matchers
    .filter((matcher) => !matcher.matches(labels))
    .map((matcher) => ({ matcher, actual: labelValue(labels, matcher.name) }));
  return { route, outcome: 'not_matched', failed, children: [] };
}

/** Why each route did or did not take an alert with these labels; the routes `taken` are those of `matchRoutes`, in its order. */
export function explainRoute(route: Route, labels: Labels): RouteExplanation {
  if (route.matchers.some((matcher) => !matcher.matches(labels))) return notAsked(route, labels);
  let endedBy: Route | undefined;
  const children = route.children.map((child) => {
    if (endedBy) return notReached(child, endedBy);
    const explained = explainRoute(child, labels);
    if (explained.outcome !== 'not_matched' && !child.continue) endedBy = child;
    return explained;
  });
  const passedOn = children.some(({ outcome }) => outcome === 'taken' || outcome === 'passed_on');
  return passedOn
    ? { route, outcome: 'passed_on', failed: [], children }
    : { route, outcome: 'taken', failed: [], group: groupOf(route, labels), children };
}

/** The routes that took the alert, in the order of the tree. */
export function takenRoutes(explanation: RouteExplanation): readonly RouteExplanation[] {
  return [
    ...(explanation.outcome === 'taken' ? [explanation] : []),
    ...explanation.children.flatMap(takenRoutes),
  ];
}

function failedText({ matcher, actual }: FailedMatcher): string {
  const is = actual === '' ? 'is absent' : `is ${JSON.stringify(actual)}`;
  return `${formatMatcher(matcher)}, but ${matcher.name} ${is}`;
}

function timesText(route: Route): string {
  const names = [
    ...(route.muteTimeIntervals.length > 0 ? [`muted during ${route.muteTimeIntervals.join(', ')}`] : []),
    ...(route.activeTimeIntervals.length > 0
      ? [`active only during ${route.activeTimeIntervals.join(', ')}`]
      : []),
  ];
  return names.map((text) => `; ${text}`).join('');
}

function outcomeText({ route, outcome, failed, endedBy, group }: RouteExplanation): string {
  switch (outcome) {
    case 'taken': {
      const times = [route.groupWaitMs, route.groupIntervalMs, route.repeatIntervalMs].map(formatDuration);
      return `taken: group ${group?.displayKey} waits ${times[0]}, then every ${times[1]}, repeats after ${times[2]}${timesText(route)}`;
    }
    case 'passed_on':
      return 'passed on to a route below';
    case 'not_matched':
      return `no: wants ${failed.map(failedText).join(' and ')}`;
    default:
      return `not reached: ${formatMatchers(endedBy?.matchers ?? [])} → ${endedBy?.receiver} took it and does not continue`;
  }
}

/** The explanation for people: one line per route, indented like the tree. Subtrees that were not reached are one line. */
export function formatExplanation(explanation: RouteExplanation, depth = 0): string {
  const { route, outcome, children } = explanation;
  const line = `${'  '.repeat(depth)}${formatMatchers(route.matchers)} → ${route.receiver}  ${outcomeText(explanation)}`;
  const below = outcome === 'not_reached' ? [] : children.map((child) => formatExplanation(child, depth + 1));
  return [line, ...below].join('\n');
}
