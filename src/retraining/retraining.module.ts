import { type DynamicModule, Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { AskedRuns } from './asked-runs.dispatcher.js';
import { CallbackTokens } from './callback-tokens.store.js';
import { DecisionReader } from './decision-reader.store.js';
import { IncidentDecider } from './incident-decider.dispatcher.js';
import { IncidentStore } from './incident.store.js';
import { ModelMeter } from './model-meter.client.js';
import { PolicyBook } from './policy-book.store.js';
import { RetrainingDispatcher } from './retraining.dispatcher.js';
import { RetrainingWorker, RunClients } from './retraining.worker.js';
import { RunCallbackController } from './run-callback.controller.js';
import { RetrainingStores, RunRecorder } from './run-recorder.store.js';
import { RunAdmitter } from './run-admitter.store.js';
import { RunRequestController } from './run-request.controller.js';
import { RunStore } from './run.store.js';
import { ScheduleStore } from './schedule.store.js';
import { ScheduledRuns } from './scheduled-runs.dispatcher.js';

/** From firing alerts to a model that is proved better. */
@Module({})
export class RetrainingModule {
  /** `prometheus` is the module that provides the client. */
  static with(prometheus: DynamicModule): DynamicModule {
    return {
      module: RetrainingModule,
      imports: [AlertsModule, JournalModule, RoutingModule, prometheus],
      controllers: [RunCallbackController, RunRequestController],
      providers: [
        PolicyBook,
        RunStore,
        IncidentStore,
        RetrainingStores,
        RunRecorder,
        ModelMeter,
        DecisionReader,
        RunAdmitter,
        IncidentDecider,
        AskedRuns,
        ScheduleStore,
        ScheduledRuns,
        RetrainingDispatcher,
        CallbackTokens,
        RunClients,
        RetrainingWorker,
      ],
      exports: [PolicyBook, RunStore, IncidentStore, RunRecorder],
    };
  }
}
