import { Injectable } from '@nestjs/common';
import { type Log, Logs } from '../platform/log.js';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import type { RuleGroup } from '../rules/rule.js';
import type { ClaimedSlot, SlotPlace } from './group.store.js';
import {
  decidePlacement,
  firstLanding,
  LONGEST_PLACED_MS,
  movedSlot,
  type PlacementState,
} from './place-slot.js';
import { RuleBook } from './rule-book.store.js';
import { readSampleAges, sampleAgesQuery } from './sample-ages.js';
import { slotOffset } from './slots.js';

/** How often a group that lies well is looked at; milliseconds. */
const LOOK_EVERY_MS = 5 * 60_000;

/** What this process knows of a group's place. */
interface Placed {
  /** As it was in force; a reload makes another one, which is looked at anew. */
  readonly group: RuleGroup;
  readonly lookAt: Date;
  /** Absent: given up. */
  readonly state?: PlacementState;
}

/** Puts the slots of frequent groups shortly behind the scrapes they depend on. Asks one question now and then. */
@Injectable()
export class SlotPlacer {
  private readonly placed = new Map<string, Placed>();
  private readonly log: Log;

  constructor(
    private readonly prometheus: PrometheusClient,
    private readonly book: RuleBook,
    logs: Logs,
  ) {
    this.log = logs.for('evaluation');
  }

  /** Where the slots of a group are to lie after this one; undefined: where they are. Never rejects. */
  async place(group: RuleGroup, claim: ClaimedSlot, signal: AbortSignal): Promise<SlotPlace | undefined> {
    const known = this.placed.get(group.key);
    const placed = known?.group === group ? known : undefined;
    if (!wantsPlace(group) || (placed && (placed.state === undefined || claim.slot < placed.lookAt)))
      return undefined;
    const landingMs = firstLanding(group.key, group.intervalMs, this.queriesOfPlaced());
    const query = sampleAgesQuery(selectorsOf(group), group.intervalMs);
    const later = new Date(claim.slot.getTime() + LOOK_EVERY_MS);
    if (landingMs === undefined || query === undefined) return undefined;
    try {
      const { samples } = await this.prometheus.query(query, claim.slot, { signal });
      const state = placed?.state ?? { landingMs };
      const placement = decidePlacement(readSampleAges(samples), group.intervalMs, state);
      if (placement.kind === 'stay') {
        this.placed.set(group.key, { group, lookAt: later, state: placement.state });
        return undefined;
      }
      const next = placement.kind === 'move' ? { state: placement.state } : {};
      this.placed.set(group.key, { group, lookAt: claim.slot, ...next });
      const offsetMs =
        placement.kind === 'move'
          ? claim.offsetMs + placement.shiftMs
          : slotOffset(group.key, group.intervalMs);
      this.log.info('slots moved', {
        ruleGroup: group.key,
        detail:
          placement.kind === 'move' ? `${placement.state.landingMs} ms behind the scrape` : 'back by hash',
      });
      return movedSlot(claim.slot, group.intervalMs, offsetMs);
    } catch {
      // Rules are asked in the same moment and say what is wrong.
      this.placed.set(group.key, { group, lookAt: later, state: placed?.state ?? { landingMs } });
      return undefined;
    }
  }

  private queriesOfPlaced(): number {
    return this.book.groups
      .filter(wantsPlace)
      .reduce((sum, { rules }) => sum + rules.reduce((all, { queries }) => all + queries.length, 0), 0);
  }
}

/** Whether a group's latency depends on where its slots lie: it asks often, for the newest samples. */
function wantsPlace(group: RuleGroup): boolean {
  return group.slots !== 'hash' && group.intervalMs <= LONGEST_PLACED_MS && group.queryOffsetMs === 0;
}

function selectorsOf(group: RuleGroup): readonly string[] {
  return [...new Set(group.rules.flatMap(({ selectors }) => selectors))];
}
