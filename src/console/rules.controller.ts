import { Controller, Get, NotFoundException, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';
import { AlertStore } from '../alerts/alert.store.js';
import type { EvaluationEntry } from '../evaluation/evaluation-record.js';
import { GroupStore } from '../evaluation/group.store.js';
import { RuleStandingStore } from '../evaluation/rule-standing.store.js';
import { RuleBook } from '../evaluation/rule-book.store.js';
import { DatabaseClient } from '../platform/database.client.js';
import { type GroupView, viewGroups } from './view-groups.js';

/** Rule groups, their schedule, and the health of each rule. */
@ApiTags('rules')
@UseGuards(ApiGuard)
@Controller('api/rules')
export class RulesController {
  constructor(
    private readonly book: RuleBook,
    private readonly groups: GroupStore,
    private readonly standings: RuleStandingStore,
    private readonly alerts: AlertStore,
    private readonly database: DatabaseClient,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Rule groups with the state and health of every rule' })
  async list(): Promise<{ asOf: string; groups: GroupView[] }> {
    const { db } = this.database;
    const [statuses, health, open] = await Promise.all([
      this.groups.statuses(db),
      this.groups.health(db),
      this.alerts.list(['pending', 'firing'], 10_000, db),
    ]);
    return { asOf: new Date().toISOString(), groups: viewGroups(this.book.groups, statuses, health, open) };
  }

  @Get('history')
  @ApiOperation({ summary: 'The last hundred evaluations of one rule, newest first' })
  @ApiQuery({ name: 'rule', description: 'key of the rule, as /api/rules shows it' })
  async history(
    @Query('rule') key?: string,
  ): Promise<{ rule: string; evaluations: readonly EvaluationEntry[] }> {
    const found = typeof key === 'string' ? this.book.rule(key) : undefined;
    if (!found) throw new NotFoundException('no rule has that key; /api/rules shows the keys');
    const { group, rule } = found;
    return {
      rule: rule.key,
      evaluations: await this.standings.history(group.key, rule.key, this.database.db),
    };
  }
}
