import { Module } from '@nestjs/common';
import { SilenceStore } from './silence.store.js';

/** What routing keeps: silences. */
@Module({ providers: [SilenceStore], exports: [SilenceStore] })
export class RoutingModule {}
