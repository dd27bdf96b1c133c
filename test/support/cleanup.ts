import { afterAll } from '@jest/globals';

const pending: (() => Promise<void> | void)[] = [];

/** Runs `step` after the last test of the file, latest first; a step must bear that its thing is gone already. */
export function onCleanup(step: () => Promise<void> | void): void {
  pending.push(step);
}

afterAll(async () => {
  const errors: unknown[] = [];
  for (const step of pending.splice(0).toReversed()) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'could not clean up after the tests');
}, 60_000);
