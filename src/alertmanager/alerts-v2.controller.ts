import { Body, Controller, Get, Header, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AlertsGuard } from '../access/alerts.guard.js';
import { AlertmanagerGuard } from '../access/alertmanager.guard.js';
import { IntakeStore } from '../intake/intake.store.js';
import { readPosting } from '../intake/posted-alert.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { Platform } from '../platform/platform.module.js';
import { type AlertsQuery, type Parameters, readAlertsQuery } from './alerts-query.js';
import { refuse } from './refusal.js';
import { Exposition } from './exposition.client.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { orRefuse, RefusedRequest } from './refusal.filter.js';
import { StandingAlerts } from './standing-alerts.store.js';
import { type AlertView, type GroupView, viewAlerts, viewGroups } from './view-alerts.js';

/** Alerts, as Alertmanager's clients post and read them. */
@ApiTags('alertmanager')
@Controller('api/v2/alerts')
export class AlertsV2Controller {
  constructor(
    private readonly platform: Platform,
    private readonly standing: StandingAlerts,
    private readonly intake: IntakeStore,
    private readonly table: RoutingTable,
    private readonly exposition: Exposition,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @UseGuards(AlertmanagerGuard)
  @ApiOperation({ summary: "Alerts that fire, in the form of Alertmanager's API v2" })
  async list(@Query() parameters: Parameters): Promise<readonly AlertView[]> {
    const now = this.platform.clock.now();
    const query = orRefuse(readAlertsQuery(parameters));
    return viewAlerts(await this.standing.find(query, now), this.context(now));
  }

  @Get('groups')
  @Header('cache-control', 'no-store')
  @UseGuards(AlertmanagerGuard)
  @ApiOperation({ summary: 'The same alerts in the groups that are notified together' })
  async groups(@Query() parameters: Parameters): Promise<readonly GroupView[]> {
    const now = this.platform.clock.now();
    const query: AlertsQuery = orRefuse(readAlertsQuery(parameters));
    return viewGroups(await this.standing.find(query, now), query, this.context(now));
  }

  /** 200 once everything valid is stored. What is wrong with the rest is answered with 400; Prometheus then counts an error. */
  @Post()
  @HttpCode(200)
  @UseGuards(AlertsGuard, JsonBodyGuard)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: "Take alerts from a Prometheus or another client of Alertmanager's API v2" })
  async post(@Body() body: unknown): Promise<void> {
    const now = this.platform.clock.now();
    const read = readPosting(body, now, this.table.current.resolveTimeoutMs);
    if (!read.ok) throw new RefusedRequest(read.refused);
    await this.intake.accept(read.alerts, read.invalid, now).catch((error: Error) => {
      this.platform.logs
        .for('alertmanager')
        .warn('alerts could not be stored; the sender will try again', { detail: error.message });
      throw new RefusedRequest(refuse(503, 'the alerts could not be stored now; send them again'));
    });
    const { received, invalid } = this.exposition;
    const resolved = read.alerts.filter(({ endsAt }) => endsAt <= now).length;
    // Those that are refused count as received, too, as in Alertmanager.
    received.inc({ status: 'firing', version: 'v2' }, read.alerts.length - resolved + read.invalid.length);
    received.inc({ status: 'resolved', version: 'v2' }, resolved);
    invalid.inc({ version: 'v2' }, read.invalid.length);
    if (read.invalid.length > 0) throw new RefusedRequest(refuse(400, read.invalid.join('\n')));
  }

  private context(now: Date) {
    const { resolveTimeoutMs, timeIntervals } = this.table.current;
    return { now, resolveTimeoutMs, timeIntervals };
  }
}
