import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Post,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Counter } from 'prom-client';
import { z } from 'zod';
import { WebhookGuard } from '../access/webhook.guard.js';
import type { Log } from '../platform/log.js';
import { Platform } from '../platform/platform.module.js';
import { IntakeStore, type IntakeReport } from './intake.store.js';
import { AlertmanagerWebhook } from './webhook.schema.js';

/**
 * Receives Alertmanager's webhook. It answers 200 once the batch is stored, 400 with the reason when it can never be
 * stored, and 503, never 429, when it cannot be stored now: Alertmanager tries 5xx again and drops everything else.
 */
@ApiTags('intake')
@Controller('webhooks')
export class AlertmanagerWebhookController {
  private readonly log: Log;
  private readonly received: Counter<'result'>;

  constructor(
    private readonly intake: IntakeStore,
    platform: Platform,
  ) {
    this.log = platform.logs.for('intake');
    this.received = platform.metrics.counter('retune_intake_alerts_total', 'Alerts received', ['result']);
  }

  @Post('alertmanager')
  @HttpCode(200)
  @UseGuards(WebhookGuard)
  @ApiOperation({ summary: 'Take a batch of alerts from an Alertmanager (webhook version 4)' })
  async receive(@Body() body: unknown): Promise<IntakeReport> {
    const parsed = AlertmanagerWebhook.safeParse(body);
    if (!parsed.success) throw new BadRequestException(z.prettifyError(parsed.error));
    const report = await this.intake.receive(parsed.data).catch((error: Error) => {
      this.log.warn('alerts could not be stored; the sender will try again', { detail: error.message });
      throw new ServiceUnavailableException('the alerts could not be stored now; send them again');
    });
    this.received.inc({ result: 'stored' }, report.stored);
    this.received.inc({ result: 'unchanged' }, report.unchanged);
    this.received.inc({ result: 'invalid' }, report.invalid.length);
    if (report.invalid.length > 0)
      this.log.warn('some alerts of a batch were refused', {
        count: report.invalid.length,
        detail: report.invalid[0] as string,
      });
    if (parsed.data.truncatedAlerts)
      this.log.warn('the sender cut the batch; raise max_alerts there', {
        count: parsed.data.truncatedAlerts,
      });
    return report;
  }
}
