import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';
import { AlertStore } from '../alerts/alert.store.js';
import { GroupStore } from '../evaluation/group.store.js';
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
}
