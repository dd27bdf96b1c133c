import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ApiGuard } from '../access/api.guard.js';
import type { Alert, AlertState } from '../alerts/alert.js';
import { AlertStore } from '../alerts/alert.store.js';
import { DatabaseClient } from '../platform/database.client.js';

const STATES = ['pending', 'firing', 'resolved'] as const;

const AlertQuery = z.object({
  state: z.enum(STATES).optional().describe('only alerts in this state; without it pending and firing ones'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
type AlertQuery = z.infer<typeof AlertQuery>;

/** Alerts as they stand. */
@ApiTags('alerts')
@UseGuards(ApiGuard)
@Controller('api/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertStore,
    private readonly database: DatabaseClient,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Alerts with their value, evidence and times' })
  async list(@Query({ schema: AlertQuery }) query: AlertQuery): Promise<{ asOf: string; alerts: Alert[] }> {
    const states: AlertState[] = query.state ? [query.state] : ['pending', 'firing'];
    return {
      asOf: new Date().toISOString(),
      alerts: await this.alerts.list(states, query.limit, this.database.db),
    };
  }
}
