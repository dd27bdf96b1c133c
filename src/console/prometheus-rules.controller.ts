import { BadRequestException, Controller, Get, Query, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGuard } from '../access/api.guard.js';
import { AlertStore } from '../alerts/alert.store.js';
import { GroupStore } from '../evaluation/group.store.js';
import { RuleBook } from '../evaluation/rule-book.store.js';
import { DatabaseClient } from '../platform/database.client.js';
import { PACKAGE_VERSION } from '../platform/installed-package.client.js';
import { PrometheusErrorFilter } from './prometheus-error.filter.js';
import { type RawQuery, readRulesQuery } from './prometheus-rules-query.js';
import { type PrometheusAlert, viewPrometheusAlert, viewPrometheusGroups } from './prometheus-view.js';
import { type GroupPage, selectPrometheusGroups } from './select-prometheus-groups.js';

interface Success<Data> {
  readonly status: 'success';
  readonly data: Data;
}

const success = <Data>(data: Data): Success<Data> => ({ status: 'success', data });

/** The part of Prometheus' API that shows rules and alerts, so that Grafana and other tools list Retune as a ruler. */
@ApiTags('prometheus')
@UseGuards(ApiGuard)
@UseFilters(PrometheusErrorFilter)
@Controller('api/v1')
export class PrometheusRulesController {
  constructor(
    private readonly book: RuleBook,
    private readonly groups: GroupStore,
    private readonly alerts: AlertStore,
    private readonly database: DatabaseClient,
  ) {}

  @Get('rules')
  @ApiOperation({ summary: "Rule groups in the form and with the parameters of Prometheus' API" })
  async rules(@Query() query: RawQuery): Promise<Success<GroupPage>> {
    const read = readRulesQuery(query);
    if (!read.ok) throw new BadRequestException(read.error);
    const { db } = this.database;
    const [statuses, health, open] = await Promise.all([
      this.groups.statuses(db),
      this.groups.health(db),
      this.alerts.openOf(this.ruleKeys(), db),
    ]);
    const page = selectPrometheusGroups(
      viewPrometheusGroups(this.book.groups, statuses, health, open),
      read.filter,
    );
    if (page) return success(page);
    throw new BadRequestException(
      'invalid parameter "group_next_token": no group has it; the rules were changed, so begin with the first page',
    );
  }

  @Get('alerts')
  @ApiOperation({ summary: "Pending and firing alerts of the rules in the form of Prometheus' API" })
  async open(): Promise<Success<{ alerts: readonly PrometheusAlert[] }>> {
    const open = await this.alerts.openOf(this.ruleKeys(), this.database.db);
    return success({ alerts: open.map(viewPrometheusAlert) });
  }

  /** Grafana asks this first. Without `features` it takes us for a ruler whose rules are in files, which is so. */
  @Get('status/buildinfo')
  @ApiOperation({ summary: 'Which version answers; Grafana asks before it lists rules' })
  buildInfo(): Success<Readonly<Record<string, string>>> {
    const unknown = { revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' };
    return success({ application: 'Retune', version: PACKAGE_VERSION, ...unknown });
  }

  private ruleKeys(): readonly string[] {
    return this.book.groups.flatMap(({ rules }) => rules.map(({ key }) => key));
  }
}
