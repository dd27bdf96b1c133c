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
import { GroupQuestions } from './group-questions.client.js';
import { type GroupMemory, isCurrent, remember } from './group-memory.js';
import type { ClaimedSlot } from './group.store.js';
import { RuleBook } from './rule-book.store.js';
import { tellHealth } from './tell-health.js';
import { commonFailure } from './watch-datasource.js';

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

/** Runs one group at one slot: ask, judge, step, and store alerts, transitions and journal in one transaction. */
@Injectable()
export class EvaluationWorker {
  private readonly memories = new Map<string, GroupMemory>();

  constructor(
    private readonly asks: GroupQuestions,
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
    const [answers, known, place] = await Promise.all([
      this.asks.asker.ask(group, claim.slot, signal),
      this.recall(group, claim),
      this.asks.placer.place(group, claim, signal),
    ]);
    const failure = commonFailure(answers.values());
    const look = { group: group.key, slot: claim.slot, ...(failure === undefined ? {} : { failure }) };
    const datasource = group.rules.length === 0 ? undefined : await this.alarm.look(look, this.database.db);
    const outcome = evaluateGroup(group, {
      answers,
      open: known.open,
      standings: known.standings,
      excused: datasource?.excused ?? false,
      slot: claim.slot,
      surroundings: this.book.surroundings,
      referencesOf: (rule) => this.stores.references.referencesOf(rule),
    });
    const result = { ...outcome, datasource };
    const finished = {
      key: group.key,
      slot: claim.slot,
      missed: claim.missed,
      durationMs: elapsedMs(),
      results: recordOf(group, result.outcomes),
      ...(place ? { place } : {}),
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
    if (changes) {
      const memory = remember(group, claim.slot, known, result.changes, result.standings);
      this.memories.set(group.key, memory);
    } else this.memories.delete(group.key);
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

  /** What is stored of the group: as it is remembered, or else read. */
  private async recall(
    group: RuleGroup,
    { lastSlot }: ClaimedSlot,
  ): Promise<Pick<GroupMemory, 'open' | 'standings'>> {
    const memory = this.memories.get(group.key);
    if (isCurrent(memory, group, lastSlot)) return memory;
    const { db } = this.database;
    const [open, standings] = await Promise.all([
      this.stores.alerts.openOf(
        group.rules.map(({ key }) => key),
        db,
      ),
      this.stores.standings.ofGroup(group.key, db),
    ]);
    return { open, standings };
  }
}

function isNews({ changes, standings, datasource }: Result): boolean {
  return changes.length > 0 || standings.size > 0 || datasource?.due === true;
}
