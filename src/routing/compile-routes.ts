import type { Labels } from '../alerts/labels.js';
import { type Matcher, matchesAll, type MatchOperator } from '../alerts/matcher.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import type { Route } from './route.js';
import type { RouteTree } from './route.schema.js';

/** What a route takes over from its parent unless it says otherwise. Matchers, `continue` and time intervals are not among it. */
type Inherited = Pick<Route, 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'>;

/** Alertmanager's defaults: 30s, 5m, 4h, everything in one group. */
const DEFAULTS: Omit<Inherited, 'receiver'> = {
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 3_600_000,
};

/** Where a node stands: its identity without an inherited receiver, and Alertmanager's route key. */
interface Place {
  readonly path: string;
  readonly displayKey: string;
}

/** What a matcher looks like. */
type Written = Pick<Matcher, 'name' | 'operator' | 'value'>;

const OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

function compareMatchers(a: Written, b: Written): number {
  return (
    compareBytewise(a.name, b.name) ||
    compareBytewise(a.value, b.value) ||
    OPERATORS.indexOf(a.operator) - OPERATORS.indexOf(b.operator)
  );
}

function matchersOf(node: RouteTree): readonly Matcher[] {
  return [...(node.match ?? []), ...(node.match_re ?? []), ...(node.matchers ?? [])].toSorted(
    compareMatchers,
  );
}

/** How Alertmanager prints the matchers of a route: a pattern of `match_re` with the anchors that every pattern has. */
function displayOf(node: RouteTree): string {
  const anchored = (node.match_re ?? []).map(({ name, operator, value }) => ({
    name,
    operator,
    value: `^(?:${value})$`,
  }));
  return formatMatchers(
    [...(node.match ?? []), ...anchored, ...(node.matchers ?? [])].toSorted(compareMatchers),
  );
}

function inherit(node: RouteTree, parent: Inherited): Inherited {
  return {
    receiver: node.receiver ?? parent.receiver,
    groupBy:
      node.group_by === undefined ? parent.groupBy : node.group_by.includes('...') ? 'all' : node.group_by,
    groupWaitMs: node.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: node.group_interval ?? parent.groupIntervalMs,
    repeatIntervalMs: node.repeat_interval ?? parent.repeatIntervalMs,
  };
}

/**
 * The places of sibling routes. A path segment is the matchers and, where the route names its own, the receiver; equal
 * siblings are numbered. So an identity survives new neighbours, and a renamed default receiver only moves who uses it.
 */
function placesOf(nodes: readonly RouteTree[], parent: Place): readonly Place[] {
  const seen = new Map<string, number>();
  return nodes.map((node) => {
    const matchers = formatMatchers(matchersOf(node));
    const segment = node.receiver === undefined ? matchers : `${matchers}@${JSON.stringify(node.receiver)}`;
    const count = (seen.get(segment) ?? 0) + 1;
    seen.set(segment, count);
    return {
      path: `${parent.path}/${segment}${count > 1 ? `#${count}` : ''}`,
      displayKey: `${parent.displayKey}/${displayOf(node)}`,
    };
  });
}

function compileNode(node: RouteTree, place: Place, parent: Inherited): Route {
  const inherited = inherit(node, parent);
  const children = node.routes ?? [];
  const places = placesOf(children, place);
  return {
    // An inherited receiver is part of the identity, but not of the path that children build on.
    id: node.receiver === undefined ? `${place.path}~${JSON.stringify(inherited.receiver)}` : place.path,
    displayKey: place.displayKey,
    ...inherited,
    matchers: matchersOf(node),
    continue: node.continue ?? false,
    muteTimeIntervals: node.mute_time_intervals ?? [],
    activeTimeIntervals: node.active_time_intervals ?? [],
    children: children.map((child, index) => compileNode(child, places[index] as Place, inherited)),
  };
}

/** The routing tree as it runs: options inherited and defaulted, matchers of all three spellings merged, every id unique. */
export function compileRoutes(tree: RouteTree): Route {
  const receiver = tree.receiver ?? '';
  const root = compileNode(
    { ...tree, receiver },
    { path: '{}', displayKey: '{}' },
    { ...DEFAULTS, receiver },
  );
  return { ...root, id: `{}@${JSON.stringify(receiver)}` };
}

/**
 * The routes that take an alert, in the order of the tree. Depth first: a child that takes it ends the search among its
 * siblings unless it says `continue`; a route takes the alert itself only when none of its children does.
 * Empty only when the root itself has matchers that do not hold.
 */
export function matchRoutes(root: Route, labels: Labels): readonly Route[] {
  if (!matchesAll(root.matchers, labels)) return [];
  const taken: Route[] = [];
  for (const child of root.children) {
    const found = matchRoutes(child, labels);
    taken.push(...found);
    if (found.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [root];
}

/** A route and all below it, in the order of the tree. */
export function allRoutes(root: Route): readonly Route[] {
  return [root, ...root.children.flatMap(allRoutes)];
}
