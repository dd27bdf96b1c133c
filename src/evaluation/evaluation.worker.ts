import { Injectable } from '@nestjs/common';
import type { AlertChange } from '../alerts/alert.store.js';
import type { JournalEntry } from '../journal/entry.js';
import { tellTransition } from '../journal/tell-transition.js';
import { DatabaseClient, type Db } from '../platform/database.client.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import { DatasourceAlarm, type DatasourceOutcome } from './datasource-alarm.store.js';
import { evaluateGroup, type GroupOutcome } from './evaluate-group.js';
import type { RuleOutcome } from './evaluate-rule.js';
import { recordOf } from './evaluation-record.js';
import { EvaluationStores } from './evaluation-stores.store.js';
import { GroupAsker } from './group-asker.client.js';
import type { ClaimedSlot } from './group.store.js';
import { RuleBook } from './rule-book.store.js';
import type { RuleStanding } from './rule-health.js';
import type { Standings } from './rule-standing.store.js';
import { tellHealth } from './tell-health.js';
import { commonFailure, EVALUATION_SOURCE } from './watch-datasource.js';

/** What an evaluation came to. */
export interface EvaluationReport {
  /** False: it was discarded, because a newer slot is stored. */
  readonly stored: boolean;
  readonly outcomes: ReadonlyMap<string, RuleOutcome>;
  /** Every alert that was stored. */
  readonly changes: readonly AlertChange[];
  /** False when none of the questions was answered. */
  readonly answered: boolean;
}

/** All that one evaluation wants to store besides its place in the history. */
interface Result extends GroupOutcome {
  readonly datasource: DatasourceOutcome | undefined;
}

/** How the rules of a group stood after the slot this process stored last; true as long as nobody stored another one. */
interface Remembered {
  readonly group: RuleGroup;
  readonly slot: number;
  readonly standings: Standings;
}

/** Runs one group at one slot: ask, judge, step, and store alerts, transitions and journal in one transaction. */
@Injectable()
export class EvaluationWorker {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly asker: GroupAsker,
    private readonly stores: EvaluationStores,
    private readonly database: DatabaseClient,
    private readonly alarm: DatasourceAlarm,
    private readonly book: RuleBook,
  ) {}

  /** Evaluates `group` at the slot that was claimed. `elapsedMs` tells how long it has taken so far. */
  async evaluate(
    group: RuleGroup,
    claim: ClaimedSlot,
    elapsedMs: () => number,
    signal: AbortSignal,
  ): Promise<EvaluationReport> {
    const sources = [...group.rules.map(({ key }) => key), EVALUATION_SOURCE];
    // Nobody else writes these while the slot is held.
    const [answers, open, known] = await Promise.all([
      this.asker.ask(group, claim.slot, signal),
      this.stores.alerts.openOf(sources, this.database.db),
      this.standings(group, claim),
    ]);
    const failure = commonFailure(answers.values());
    const look = { group: group.key, slot: claim.slot, ...(failure === undefined ? {} : { failure }) };
    const datasource =
      group.rules.length === 0
        ? undefined
        : this.alarm.look(
            look,
            open.filter(({ source }) => source === EVALUATION_SOURCE),
          );
    const outcome = evaluateGroup(group, {
      answers,
      open,
      standings: known,
      excused: datasource?.excused ?? false,
      slot: claim.slot,
      surroundings: this.book.surroundings,
    });
    const result = { ...outcome, datasource };
    const finished = {
      key: group.key,
      slot: claim.slot,
      missed: claim.missed,
      durationMs: elapsedMs(),
      results: recordOf(group, result.outcomes),
    };
    const changes = isNews(result)
      ? await this.database.transaction(async (trx) =>
          (await this.stores.groups.finish(finished, trx))
            ? this.save(group, claim.slot, result, trx)
            : undefined,
        )
      : (await this.stores.groups.finish(finished, this.database.db))
        ? []
        : undefined;
    if (changes) this.remember(group, claim.slot, known, result);
    else this.remembered.delete(group.key);
    return {
      stored: changes !== undefined,
      outcomes: result.outcomes,
      changes: changes ?? [],
      answered: failure === undefined,
    };
  }

  /** Stores what is new; gives back the alerts that were. */
  private async save(
    group: RuleGroup,
    slot: Date,
    { changes, standings, datasource }: Result,
    trx: Db,
  ): Promise<readonly AlertChange[]> {
    const { alerts, journal } = this.stores;
    // A reload meanwhile may have removed rules, and ended their alerts.
    const rules = new Map(this.book.group(group.key)?.rules.map((rule): [string, Rule] => [rule.key, rule]));
    const stored = [
      ...changes.filter(({ alert }) => rules.has(alert.source)),
      ...(datasource?.due ? await datasource.change(trx) : []),
    ];
    await alerts.save(stored, trx);
    const kept = [...standings].filter(([key]) => rules.has(key));
    await this.stores.standings.save(group.key, new Map(kept.map(([key, { after }]) => [key, after])), trx);
    const told: JournalEntry[] = [
      ...stored.flatMap(({ alert, transition }) => (transition ? [tellTransition(alert, transition)] : [])),
      ...kept.flatMap(([key, { before, after }]) => tellHealth(rules.get(key) as Rule, before, after, slot)),
    ];
    await journal.append(told, trx);
    return stored;
  }

  private async standings(group: RuleGroup, { lastSlot }: ClaimedSlot): Promise<Standings> {
    const remembered = this.remembered.get(group.key);
    if (remembered?.group === group && remembered.slot === lastSlot?.getTime()) return remembered.standings;
    return this.stores.standings.ofGroup(group.key, this.database.db);
  }

  private remember(group: RuleGroup, slot: Date, known: Standings, { standings }: Result): void {
    const now =
      standings.size === 0
        ? known
        : new Map([
            ...known,
            ...[...standings].map(([key, { after }]): [string, RuleStanding] => [key, after]),
          ]);
    this.remembered.set(group.key, { group, slot: slot.getTime(), standings: now });
  }
}

function isNews({ changes, standings, datasource }: Result): boolean {
  return changes.length > 0 || standings.size > 0 || datasource?.due === true;
}
