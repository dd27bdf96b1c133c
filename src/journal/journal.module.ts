import { Module } from '@nestjs/common';
import { JournalStore } from './journal.store.js';

/** What happened and why. */
@Module({ providers: [JournalStore], exports: [JournalStore] })
export class JournalModule {}
