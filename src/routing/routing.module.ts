import { Module } from '@nestjs/common';
import { SilenceBook } from './silence-book.store.js';
import { SilenceStore } from './silence.store.js';

/** What routing keeps: silences, and what the settings say of them. */
@Module({ providers: [SilenceStore, SilenceBook], exports: [SilenceStore, SilenceBook] })
export class RoutingModule {}
