import { Module } from '@nestjs/common';
import { AlertStore } from './alert.store.js';

/** Alerts and their transitions. */
@Module({ providers: [AlertStore], exports: [AlertStore] })
export class AlertsModule {}
