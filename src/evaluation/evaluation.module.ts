import { type DynamicModule, Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { DatasourceAlarm } from './datasource-alarm.store.js';
import { EvaluationStores } from './evaluation-stores.store.js';
import { EvaluationLimits, EvaluationScheduler } from './evaluation.scheduler.js';
import { EvaluationWorker } from './evaluation.worker.js';
import { GroupAsker } from './group-asker.client.js';
import { GroupQuestions } from './group-questions.client.js';
import { GroupStore } from './group.store.js';
import { PinReferencesScheduler } from './pin-references.scheduler.js';
import { PinReferencesWorker } from './pin-references.worker.js';
import { PinnedReferenceStore } from './pinned-reference.store.js';
import { RuleStandingStore } from './rule-standing.store.js';
import { RuleBook } from './rule-book.store.js';
import { SlotPlacer } from './slot-placer.client.js';

/** The clock, and what happens at each tick. */
@Module({})
export class EvaluationModule {
  /** `prometheus` is the module that provides the client; `concurrency` the groups evaluated at once. */
  static with(prometheus: DynamicModule, concurrency: number): DynamicModule {
    return {
      module: EvaluationModule,
      imports: [AlertsModule, JournalModule, prometheus],
      providers: [
        { provide: EvaluationLimits, useValue: Object.assign(new EvaluationLimits(), { concurrency }) },
        RuleBook,
        GroupStore,
        RuleStandingStore,
        PinnedReferenceStore,
        EvaluationStores,
        DatasourceAlarm,
        GroupAsker,
        SlotPlacer,
        GroupQuestions,
        EvaluationWorker,
        EvaluationScheduler,
        PinReferencesWorker,
        PinReferencesScheduler,
      ],
      exports: [RuleBook, GroupStore, RuleStandingStore, PinnedReferenceStore],
    };
  }
}
