import { Injectable } from '@nestjs/common';
import type { InhibitRule } from '../routing/inhibition.js';
import type { TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import type { ChannelDefaults } from './channels/channel.js';
import { channelName, type Integration, type Receiver } from './receiver.schema.js';

/** Everything notifications are configured with. */
export interface Routing {
  /** Absent when nobody wrote a route: alerts are then only shown. */
  readonly route: Route | undefined;
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: TimeIntervalsByName;
  readonly channelDefaults: ChannelDefaults;
  readonly externalUrl: string;
  /** Alerts from elsewhere without an end resolve this long after they were last sent; milliseconds. */
  readonly resolveTimeoutMs: number;
}

/** The routes and receivers in force, replaced as a whole by a reload. */
@Injectable()
export class RoutingTable {
  current: Routing = {
    route: undefined,
    receivers: [],
    inhibitRules: [],
    timeIntervals: new Map(),
    channelDefaults: { pagerdutyUrl: '', smtp: { requireTls: true } },
    externalUrl: '',
    resolveTimeoutMs: 300_000,
  };

  /** The route of that id, wherever it stands in the tree. */
  route(id: string): Route | undefined {
    const search = (route: Route): Route | undefined =>
      route.id === id ? route : route.children.map(search).find((found) => found !== undefined);
    return this.current.route && search(this.current.route);
  }

  /** All route ids in force. */
  routeIds(): string[] {
    const walk = (route: Route): string[] => [route.id, ...route.children.flatMap(walk)];
    return this.current.route ? walk(this.current.route) : [];
  }

  receiver(name: string): Receiver | undefined {
    return this.current.receivers.find((receiver) => receiver.name === name);
  }

  /** The integration a channel name points at. */
  integration(channel: string): Integration | undefined {
    for (const receiver of this.current.receivers) {
      const found = receiver.integrations.find(
        (integration) => channelName(receiver.name, integration) === channel,
      );
      if (found) return found;
    }
    return undefined;
  }
}
