import type { LoggedNotification } from '../routing/decide-notification.js';
import type { Route } from '../routing/route.js';
import type { MessageAlert } from './message.js';
import { whyOverBefore } from './tell-late.js';

/** An alert in a group, and what is remembered of it for the case that it is over before anybody was told. */
export interface FlushMember extends MessageAlert {
  /** Something kept it quiet while it fired: then nobody is told late either. */
  readonly hushed?: boolean;
  /** Firing periods before this one that nobody was told of. */
  readonly untold?: number;
}

/** What a channel hears late. */
export interface PickedLate {
  readonly due: readonly MessageAlert[];
  /** To be told later: so soon after the last message they would be noise. They stay in the group until then. */
  readonly waiting: readonly MessageAlert[];
  /** When the first of those may be told. */
  readonly until?: Date;
}

/**
 * Alerts that are over and that a channel never heard of. Nobody hears of such an alert twice, and of one that comes and goes
 * once in `repeat_interval`; of others once in `group_interval`, however often the group was empty in between.
 */
export function pickLate(
  resolved: readonly FlushMember[],
  logged: LoggedNotification | undefined,
  sendResolved: boolean,
  route: Route,
  tick: Date,
): PickedLate {
  const told = new Set([...(logged?.firing ?? []), ...(logged?.open ?? [])]);
  const due: MessageAlert[] = [];
  const waiting: MessageAlert[] = [];
  let until: Date | undefined;
  for (const member of resolved) {
    const { hushed, untold = 0, ...alert } = member;
    const again = logged?.resolved.includes(alert.fingerprint) ?? false;
    if (hushed) continue;
    const known = again || told.has(alert.fingerprint);
    if (known && startedBefore(alert, logged)) continue;
    // Told as firing, and told as over now; who does not hear of ends was told of another firing period.
    if (sendResolved && told.has(alert.fingerprint)) continue;
    const rest = again ? route.repeatIntervalMs : route.groupIntervalMs;
    const from = new Date(logged ? logged.notifiedAt.getTime() + rest : tick);
    const last = again ? 'resolved' : known ? 'firing' : undefined;
    const because = whyOverBefore(alert, route, last, tick);
    // The period that the last message listed was told.
    const before = last === 'firing' ? untold - 1 : untold;
    const late = { ...alert, late: { because, ...(before > 0 && { untold: before }) } };
    if (from <= tick) due.push(late);
    else {
      waiting.push(late);
      until = until && until < from ? until : from;
    }
  }
  return { due, waiting, ...(until && { until }) };
}

/** Whether the alert fired when the last message was made: that one spoke of it. */
function startedBefore(alert: MessageAlert, logged: LoggedNotification | undefined): boolean {
  return logged !== undefined && Date.parse(alert.startsAt) <= (logged.madeAt ?? logged.notifiedAt).getTime();
}
