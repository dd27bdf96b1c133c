import type { Log } from './log.js';

/** What a round says about the next one: `again` at once, or wait at most so many milliseconds. */
export type NextRound = 'again' | number;

/** Work that is due and was not done is in other hands, or cannot be done yet; asking at once again would only burn. */
const OVERDUE_PAUSE_MS = 100;

/**
 * Runs one piece of work over and over, never twice at once: at least every `pollMs`, sooner when a round says so, and at
 * once when woken. A failure is logged and tried again at the next round.
 */
export class Loop {
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private again = false;
  private stopped = true;

  constructor(
    private readonly work: () => Promise<NextRound>,
    private readonly pollMs: number,
    private readonly log: Log,
    private readonly what: string,
  ) {}

  start(): void {
    this.stopped = false;
    this.wake();
  }

  /** Runs a round now, or another one right after the running one. */
  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.again) this.wake();
    });
  }

  /** No new rounds; resolves when the running one has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.again = false;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    let wait = this.pollMs;
    while (this.again && !this.stopped) {
      this.again = false;
      wait = this.pollMs;
      try {
        const next = await this.work();
        if (next === 'again') this.again = true;
        else wait = Math.min(wait, next > 0 ? next : OVERDUE_PAUSE_MS);
      } catch (error) {
        this.log.warn(`${this.what} failed; it will be tried again`, { detail: (error as Error).message });
      }
    }
    if (!this.stopped) this.timer = setTimeout(() => this.wake(), wait);
  }
}
