/**
 * The time, as an argument: effect files take a `Clock`, pure files take a `Date`.
 * Tests hand in one they set; the service uses {@link SystemClock}.
 */
export abstract class Clock {
  /** The current instant. */
  abstract now(): Date;
  /** Resolves at `at` (at once when past), or early when `signal` aborts. */
  abstract until(at: Date, signal?: AbortSignal): Promise<void>;
}

/** Wall-clock time. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  until(at: Date, signal?: AbortSignal): Promise<void> {
    const wait = at.getTime() - Date.now();
    if (wait <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, wait);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
