import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { AlertmanagerWebhookController } from './alertmanager-webhook.controller.js';
import { ExpiryScheduler } from './expiry.scheduler.js';
import { RepetitionScheduler } from './repetition.scheduler.js';
import { IntakeStore } from './intake.store.js';

/** Alerts from elsewhere. */
@Module({
  imports: [AlertsModule, JournalModule],
  controllers: [AlertmanagerWebhookController],
  providers: [IntakeStore, ExpiryScheduler, RepetitionScheduler],
  exports: [IntakeStore],
})
export class IntakeModule {}
