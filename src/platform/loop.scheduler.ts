import type { Log } from './log.js';

/** What a round says about the next one: `again` at once, or wait at most so many milliseconds. */
export type NextRound = 'again' | number;

/** Work that is due and was not done is in other hands, or cannot be done yet; asking at once again would only burn. */
const OVERDUE_PAUSE_MS = 100;

/**
 * Between rounds that hints ask for. Hints come in floods: what collects meanwhile is one round's work, and the first hint
 * after a quiet moment is still answered at once.
 */
const REST_MS = 20;

/**
 * Runs one piece of work over and over, never twice at once: at least every `pollMs`, sooner when a round says so, and at
 * once when woken, unless a round has just ended. A failure is logged and tried again at the next round.
 */
export class Loop {
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private rest: NodeJS.Timeout | undefined;
  private woken = false;
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

  /** Runs a round now, or one more soon after the running one. */
  wake(): void {
    if (this.stopped) return;
    this.woken = true;
    if (!this.rest) this.begin();
  }

  /** No new rounds; resolves when the running one has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.woken = false;
    clearTimeout(this.timer);
    clearTimeout(this.rest);
    this.rest = undefined;
    await this.running;
  }

  private begin(): void {
    clearTimeout(this.rest);
    this.rest = undefined;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (!this.stopped) this.rest = setTimeout(() => this.rested(), REST_MS);
    });
  }

  private rested(): void {
    this.rest = undefined;
    if (this.woken) this.begin();
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    this.woken = false;
    let wait: number;
    do wait = await this.round();
    while (wait === 0 && !this.stopped);
    if (!this.stopped) this.timer = setTimeout(() => this.begin(), wait);
  }

  /** One round; milliseconds until the next one, 0 when there is more to do at once. */
  private async round(): Promise<number> {
    try {
      const next = await this.work();
      if (next === 'again') return 0;
      return Math.min(this.pollMs, next > 0 ? next : OVERDUE_PAUSE_MS);
    } catch (error) {
      this.log.warn(`${this.what} failed; it will be tried again`, { detail: (error as Error).message });
      return this.pollMs;
    }
  }
}
