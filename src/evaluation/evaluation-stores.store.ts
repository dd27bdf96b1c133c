import { Injectable } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import { GroupStore } from './group.store.js';
import { PinnedReferenceStore } from './pinned-reference.store.js';
import { RuleStandingStore } from './rule-standing.store.js';

/** The tables an evaluation reads and writes together. */
@Injectable()
export class EvaluationStores {
  constructor(
    readonly groups: GroupStore,
    readonly standings: RuleStandingStore,
    readonly alerts: AlertStore,
    readonly journal: JournalStore,
    readonly references: PinnedReferenceStore,
  ) {}
}
