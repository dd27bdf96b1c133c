import { Injectable } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import type { JournalEntry } from '../journal/entry.js';
import { JournalStore } from '../journal/journal.store.js';
import { tellTransition } from '../journal/tell-transition.js';
import type { Db } from '../platform/database.client.js';
import { PrometheusError, type SamplesByQuery } from '../prometheus/sample.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import { evaluateRule, type RuleOutcome } from './evaluate-rule.js';
import { GroupAsker } from './group-asker.client.js';
import { GroupStore, type RuleHealthRow } from './group.store.js';
import type { AnswerByRule } from './rule-answer.js';
import { RuleBook } from './rule-book.store.js';

/** What an evaluation came to; `undefined` results were discarded because a newer slot is stored. */
export interface EvaluationReport {
  readonly stored: boolean;
  readonly outcomes: readonly (RuleOutcome & { readonly rule: Rule })[];
}

/** Runs one group at one slot: ask, judge, step, and store alerts, transitions and journal in one transaction. */
@Injectable()
export class EvaluationWorker {
  constructor(
    private readonly asker: GroupAsker,
    private readonly alerts: AlertStore,
    private readonly groups: GroupStore,
    private readonly journal: JournalStore,
    private readonly book: RuleBook,
  ) {}

  /** Evaluates `group` at `slot`. `transaction` opens the transaction; `elapsedMs` tells how long it has taken so far. */
  async evaluate(
    group: RuleGroup,
    slot: Date,
    transaction: <Result>(work: (trx: Db) => Promise<Result>) => Promise<Result>,
    elapsedMs: () => number,
    signal: AbortSignal,
  ): Promise<EvaluationReport> {
    const answers = await this.asker.ask(group, slot, signal);
    return transaction(async (trx) => {
      if (!(await this.groups.finish(group.key, slot, elapsedMs(), trx)))
        return { stored: false, outcomes: [] };
      const open = await this.alerts.openOf(
        group.rules.map((rule) => rule.key),
        trx,
      );
      const outcomes = group.rules.map((rule) => ({
        rule,
        ...evaluateRule(
          rule,
          samplesOf(rule, answers),
          open.filter((alert) => alert.source === rule.key),
          slot,
          group.limit,
          this.book.surroundings,
        ),
      }));
      const changes = outcomes.flatMap((outcome) => outcome.changes);
      await this.alerts.save(changes, trx);
      const told = changes.flatMap(({ alert, transition }) =>
        transition ? [tellTransition(alert, transition)] : [],
      );
      await this.journal.append([...told, ...(await this.saveHealth(group, outcomes, slot, trx))], trx);
      return { stored: true, outcomes };
    });
  }

  private async saveHealth(
    group: RuleGroup,
    outcomes: readonly (RuleOutcome & { readonly rule: Rule })[],
    slot: Date,
    trx: Db,
  ): Promise<JournalEntry[]> {
    const rows: RuleHealthRow[] = outcomes.map((outcome) => ({
      ruleKey: outcome.rule.key,
      groupKey: group.key,
      health: outcome.health,
      lastError: outcome.error ?? null,
      series: outcome.series,
    }));
    const changed = await this.groups.saveHealth(rows, slot, trx);
    return changed.map(({ ruleKey, before }) => {
      const outcome = outcomes.find(({ rule }) => rule.key === ruleKey) as RuleOutcome & {
        readonly rule: Rule;
      };
      return {
        at: slot,
        kind: 'rule_health',
        summary: `rule ${outcome.rule.alert}: ${before ?? 'new'} → ${outcome.health}${outcome.error ? ` (${outcome.error})` : ''}; its alerts keep their state`,
        reason: outcome.health,
        rule: ruleKey,
        ...(outcome.rule.model ? { model: outcome.rule.model } : {}),
      };
    });
  }
}

function samplesOf(rule: Rule, answers: AnswerByRule): SamplesByQuery | PrometheusError {
  const answer = answers.get(rule.key);
  return answer instanceof PrometheusError ? answer : (answer?.samples ?? {});
}
