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
/** How soon a group is looked at again whose samples told nothing yet; twice that the next time, and so on. Milliseconds. */
const FIRST_WAIT_MS = 5000;

/** What this process knows of a group's place. */
interface Placed {
  /** As it was in force; a reload makes another one, which is looked at anew. */
  readonly group: RuleGroup;
  readonly lookAt: Date;
  /** How long the last look in vain was followed by none. */
  readonly waitedMs?: number;
  /** Absent: there is no place for it. */
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
    if (landingMs === undefined || query === undefined) {
      this.placed.set(group.key, { group, lookAt: claim.slot });
      return undefined;
    }
    const state = placed?.state ?? { landingMs };
    try {
      const { samples } = await this.prometheus.query(query, claim.slot, { signal });
      const ages = readSampleAges(samples);
      if (ages.length === 0) return this.wait(group, claim.slot, state);
      const placement = decidePlacement(ages, group.intervalMs, state);
      if (placement.kind === 'stay') {
        const lookAt = new Date(claim.slot.getTime() + LOOK_EVERY_MS);
        this.placed.set(group.key, { group, lookAt, state: placement.state });
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
      return this.wait(group, claim.slot, state);
    }
  }

  private wait(group: RuleGroup, slot: Date, state: PlacementState): undefined {
    const waited = this.placed.get(group.key)?.waitedMs;
    const waitedMs = waited === undefined ? FIRST_WAIT_MS : Math.min(LOOK_EVERY_MS, 2 * waited);
    this.placed.set(group.key, { group, lookAt: new Date(slot.getTime() + waitedMs), waitedMs, state });
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
