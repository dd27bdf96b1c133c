import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { HeartbeatBook } from './heartbeat-book.store.js';
import { HeartbeatScheduler } from './heartbeat.scheduler.js';
import { HeartbeatStore } from './heartbeat.store.js';

/** Signs of life: ours to others, and others' to us. */
@Module({
  imports: [AlertsModule, JournalModule],
  providers: [HeartbeatBook, HeartbeatStore, HeartbeatScheduler],
  exports: [HeartbeatBook, HeartbeatStore],
})
export class HeartbeatsModule {}
