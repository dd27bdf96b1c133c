import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Loop } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { IntakeStore } from './intake.store.js';

/** A repetition is stored so long after it was answered, and a second later when the database was away. */
const EVERY_MS = 500;

/** Stores the ends of alerts that were posted again unchanged. */
@Injectable()
export class RepetitionScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;

  constructor(
    platform: Platform,
    private readonly intake: IntakeStore,
  ) {
    this.loop = new Loop(
      async () => {
        await this.intake.storeRepetitions();
        return EVERY_MS;
      },
      EVERY_MS,
      platform.logs.for('intake'),
      'storing that alerts are still sent',
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  /** Nothing that was answered is left behind. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.intake.storeRepetitions();
  }
}
