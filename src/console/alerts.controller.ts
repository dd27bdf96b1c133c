import { Controller, Get, NotFoundException, Param, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import type { Alert, AlertState } from '../alerts/alert.js';
import { AlertStore } from '../alerts/alert.store.js';
import { AlertExplainer } from '../notifications/alert-explainer.store.js';
import type { GroupExplanation } from '../notifications/explain-group.js';
import { Platform } from '../platform/platform.module.js';
import { UUID } from './uuid.js';

const STATES = ['pending', 'firing', 'resolved'] as const;

const AlertQuery = z.object({
  state: z.enum(STATES).optional().describe('only alerts in this state; without it pending and firing ones'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
type AlertQuery = z.infer<typeof AlertQuery>;

/** The way of an alert to people. */
export interface AlertNotifications {
  readonly asOf: string;
  readonly alert: Alert;
  /** Empty: no route took it, or it is over and everybody was told. */
  readonly groups: readonly GroupExplanation[];
}

/** Alerts as they stand. */
@ApiTags('alerts')
@UseGuards(ApiGuard)
@Controller('api/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertStore,
    private readonly explainer: AlertExplainer,
    private readonly platform: Platform,
  ) {}

  @Get(':episode/notifications')
  @ApiOperation({
    summary: 'For one alert: its groups, who was told and who will be, when, and who keeps it quiet',
  })
  async notifications(@Param('episode') episode: string): Promise<AlertNotifications> {
    const { db } = this.platform.database;
    const alert = UUID.test(episode) ? await this.alerts.ofEpisode(episode, db) : undefined;
    if (!alert)
      throw new NotFoundException(`no alert has the episode ${episode}; GET /api/alerts lists them`);
    const now = this.platform.clock.now();
    return { asOf: now.toISOString(), alert, groups: await this.explainer.explain(alert, now, db) };
  }

  @Get()
  @ApiOperation({ summary: 'Alerts with their value, evidence and times' })
  async list(@Query({ schema: AlertQuery }) query: AlertQuery): Promise<{ asOf: string; alerts: Alert[] }> {
    const states: AlertState[] = query.state ? [query.state] : ['pending', 'firing'];
    return {
      asOf: this.platform.clock.now().toISOString(),
      alerts: await this.alerts.list(states, query.limit, this.platform.database.db),
    };
  }
}
