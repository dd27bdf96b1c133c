import { Injectable } from '@nestjs/common';
import type { Alert } from '../alerts/alert.js';
import { AlertStore } from '../alerts/alert.store.js';
import type { Db } from '../platform/database.client.js';
import { formatLabels } from '../routing/grouping.js';
import { buildInhibitionIndex } from '../routing/inhibition.js';
import type { Silence } from '../routing/silence.js';
import { explainGroup, type GroupExplanation, type GroupFacts } from './explain-group.js';
import { flushInput } from './flush-input.js';
import { NotificationStores } from './notification-stores.store.js';
import { RoutingTable } from './routing-table.store.js';

/** Tells for one alert who was told, who will be, when, and who keeps it quiet; reads and changes nothing. */
@Injectable()
export class AlertExplainer {
  constructor(
    private readonly alerts: AlertStore,
    private readonly stores: NotificationStores,
    private readonly table: RoutingTable,
  ) {}

  /** The groups that the alert is in, as they stand at `now`. Empty: no route took it, or it is over and told. */
  async explain(alert: Alert, now: Date, on: Db): Promise<readonly GroupExplanation[]> {
    const groups = await this.stores.groups.ofAlert(alert.source, alert.fingerprint, on);
    if (groups.length === 0) return [];
    const { inhibitRules } = this.table.current;
    const firing = inhibitRules.length > 0 ? await this.alerts.firing(on) : [];
    const silences = await this.stores.silences.active(now, on);
    const quieting = { inhibition: buildInhibitionIndex(inhibitRules, firing), silences };
    const nameOf = naming(firing, silences);
    const explained: GroupExplanation[] = [];
    for (const group of groups) {
      const route = this.table.route(group.route_id);
      const receiver = this.table.receiver(group.receiver);
      if (!route || !receiver) continue; // a reload is under way
      const stored = {
        route,
        receiver,
        members: await this.stores.groups.members(group.id, on),
        log: await this.stores.log.of(group.id, on),
      };
      const tick = group.next_flush_at > now ? group.next_flush_at : now;
      explained.push(
        explainGroup({
          groupKey: group.display_key,
          groupLabels: group.group_labels,
          flush: flushInput(stored, this.table.current, quieting, tick),
          told: await this.stores.log.toldOf(group.id, on),
          fingerprint: alert.fingerprint,
          nameOf,
        }),
      );
    }
    return explained;
  }
}

/** People know alerts by their labels, and silences by who made them and why. */
function naming(firing: readonly Alert[], silences: readonly Silence[]): GroupFacts['nameOf'] {
  return (reason, by) => {
    if (reason === 'inhibited_by') {
      const source = firing.find(({ fingerprint }) => fingerprint === by);
      return source ? formatLabels(source.labels) : by;
    }
    const silence = reason === 'silenced_by' ? silences.find(({ id }) => id === by) : undefined;
    if (!silence) return by;
    const why = silence.comment === '' ? '' : `: ${silence.comment}`;
    return `${silence.createdBy} until ${silence.endsAt.toISOString()}${why} (${by})`;
  };
}
