import { channelOf } from './channels/index.js';
import type { FlushInput } from './flush-group.js';
import type { GroupMember } from './notification-group.store.js';
import { channelName, type Receiver } from './receiver.schema.js';
import type { Routing } from './routing-table.store.js';
import type { LoggedNotification } from '../routing/decide-notification.js';
import type { Route } from '../routing/route.js';

/** Who keeps alerts quiet at the time of a flush: the same for all groups that are flushed together. */
export type Quieting = Pick<FlushInput, 'inhibition' | 'silences'>;

/** A group with everything that was stored about it. */
export interface StoredGroup {
  readonly route: Route;
  readonly receiver: Receiver;
  readonly members: readonly GroupMember[];
  /** By channel. */
  readonly log: ReadonlyMap<string, LoggedNotification>;
}

/** What a flush at `tick` depends on. */
export function flushInput(
  { route, receiver, members, log }: StoredGroup,
  { inhibitRules, timeIntervals }: Pick<Routing, 'inhibitRules' | 'timeIntervals'>,
  quieting: Quieting,
  tick: Date,
): FlushInput {
  return {
    route,
    members,
    channels: receiver.integrations.map((integration) => ({
      channel: channelName(receiver.name, integration),
      sendResolved: integration.config.send_resolved,
      sendLate: integration.config.send_late ?? false,
      pages: channelOf(integration.type)?.pages ?? false,
    })),
    log,
    ...(route.alwaysSpeaks
      ? { inhibitRules: [], inhibition: quieting.inhibition, silences: [] }
      : { inhibitRules, ...quieting }),
    timeIntervals,
    now: tick,
  };
}
