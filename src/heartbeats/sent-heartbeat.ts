import type { RaisedAlert } from '../alerts/raise-alert.js';
import { ALERT_NAME } from '../alerts/labels.js';
import { createMatcher, type Matcher } from '../alerts/matcher.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import type { Route } from '../routing/route.js';
import type { SentHeartbeat } from './heartbeats.schema.js';

/** Source of the alerts of this folder. */
export const HEARTBEAT_SOURCE = 'heartbeats';
/** The alert that always fires, once for each receiver that waits for it. */
export const HEARTBEAT_ALERT = 'RetuneHeartbeat';

/** The alert behind a heartbeat: it takes the way of every other alert, so its arrival proves that way. */
export function heartbeatAlert({ receiver }: SentHeartbeat): RaisedAlert {
  return {
    source: HEARTBEAT_SOURCE,
    labels: { [ALERT_NAME]: HEARTBEAT_ALERT, receiver },
    annotations: {
      summary: 'Retune is alive',
      description: `Sent to ${receiver} again and again. When it stops, Retune, its database or the way to ${receiver} is dead.`,
    },
  };
}

/**
 * The tree with a route for each heartbeat in front: told at once, then at every interval, whatever silences, inhibits or
 * mutes other alerts. Without a tree of its own the result takes heartbeats and nothing else.
 */
export function withHeartbeats(root: Route | undefined, sent: readonly SentHeartbeat[]): Route | undefined {
  const [first] = sent;
  if (first === undefined) return root;
  const ours = [matcher(ALERT_NAME, HEARTBEAT_ALERT)];
  const children = sent.map((heartbeat) => heartbeatRoute(heartbeat, ours));
  if (root) return { ...root, children: [...children, ...root.children] };
  return { ...heartbeatRoute(first, []), id: '{}', displayKey: '{}', matchers: ours, children };
}

function heartbeatRoute({ receiver, interval }: SentHeartbeat, ours: readonly Matcher[]): Route {
  const matchers = [...ours, matcher('receiver', receiver)];
  return {
    id: `heartbeat@${JSON.stringify(receiver)}`,
    displayKey: `{}/${formatMatchers(matchers)}`,
    receiver,
    matchers,
    groupBy: [],
    groupWaitMs: 0,
    groupIntervalMs: interval,
    // Shorter than the time between two flushes: each of them speaks.
    repeatIntervalMs: interval - 1,
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    alwaysSpeaks: true,
    children: [],
  };
}

function matcher(name: string, value: string): Matcher {
  const created = createMatcher(name, '=', value);
  if (!created.ok) throw new Error(`the matcher ${name}=${value} is always valid: ${created.error.message}`);
  return created.matcher;
}
