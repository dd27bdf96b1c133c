import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JournalStore } from '../journal/journal.store.js';
import { Platform } from '../platform/platform.module.js';
import { expireSilence, type SavedSilence, saveSilence } from '../routing/save-silence.js';
import { silenceState } from '../routing/silence.js';
import type { NewSilence } from '../routing/silence.schema.js';
import { SilenceBook } from '../routing/silence-book.store.js';
import { SilenceStore } from '../routing/silence.store.js';
import { tellExpired, tellSaved } from './tell-silence.js';

/** What ending a silence did; one that had ended already is left as it was. */
export type ExpiredSilence = 'expired' | 'had_expired' | 'not_found';

/** Makes, edits and ends silences: each change and its line in the journal in one transaction. */
@Injectable()
export class SilenceChanges {
  constructor(
    private readonly platform: Platform,
    private readonly silences: SilenceStore,
    private readonly journal: JournalStore,
    private readonly book: SilenceBook,
  ) {}

  /** Stores a posted silence, or says why not. Two edits of one silence at a time take turns. */
  async save(posted: NewSilence): Promise<SavedSilence> {
    const now = this.platform.clock.now();
    return this.platform.database.transaction(async (trx) => {
      const existing = posted.id ? await this.silences.lock(posted.id, trx) : undefined;
      const longest = this.book.current.max_duration;
      const saved = saveSilence(posted, existing, now, randomUUID(), 'fallback', longest);
      if (!saved.ok) return saved;
      if (saved.outcome === 'replaced' && saved.expired) await this.silences.save(saved.expired, trx);
      await this.silences.save(saved.silence, trx);
      await this.journal.append([tellSaved(saved, existing, now)], trx);
      return saved;
    });
  }

  /** Ends a silence now. */
  async expire(id: string): Promise<ExpiredSilence> {
    const now = this.platform.clock.now();
    return this.platform.database.transaction(async (trx) => {
      const existing = await this.silences.lock(id, trx);
      if (!existing) return 'not_found';
      if (silenceState(existing, now) === 'expired') return 'had_expired';
      await this.silences.save(expireSilence(existing, now), trx);
      await this.journal.append([tellExpired(existing, now)], trx);
      return 'expired';
    });
  }
}
