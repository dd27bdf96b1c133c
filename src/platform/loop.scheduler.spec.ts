import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Log } from './log.js';
import { Loop, type NextRound } from './loop.scheduler.js';

/** Work that a test lets end, one round at a time. */
class Rounds {
  begun = 0;
  private end: { done: (next: NextRound) => void; fail: (error: Error) => void } | undefined;

  readonly work = (): Promise<NextRound> => {
    this.begun += 1;
    if (this.end) throw new Error('two rounds at once');
    return new Promise((done, fail) => {
      this.end = { done, fail };
    });
  };

  endNow(next: NextRound | Error): void {
    const { end } = this;
    this.end = undefined;
    if (next instanceof Error) end?.fail(next);
    else end?.done(next);
  }

  async finish(next: NextRound | Error): Promise<void> {
    this.endNow(next);
    await jest.advanceTimersByTimeAsync(0);
  }
}

describe('a loop', () => {
  let [rounds, loop, warned]: [Rounds, Loop, string[]] = [] as never;

  beforeEach(() => {
    jest.useFakeTimers();
    rounds = new Rounds();
    warned = [];
    const log = {
      warn: (message: string, { detail }: { detail: string }) => warned.push(`${message}: ${detail}`),
    };
    loop = new Loop(rounds.work, 1000, log as unknown as Log, 'counting');
    loop.start();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('begins its first round at the start', () => {
    expect(rounds.begun).toBe(1);
  });

  it.each<[sentence: string, next: NextRound, waitMs: number]>([
    ['polls', 1000, 1000],
    ['comes back sooner when a round says so', 300, 300],
    ['comes back no later than it polls', 60_000, 1000],
    ['pauses before it asks again for what is due and was not done', -5000, 100],
    ['pauses also when that is due right now', 0, 100],
  ])('%s', async (_sentence, next, waitMs) => {
    await rounds.finish(next);
    await jest.advanceTimersByTimeAsync(waitMs - 1);
    expect(rounds.begun).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(rounds.begun).toBe(2);
  });

  it('goes on at once when a round says that there is more', async () => {
    await rounds.finish('again');
    expect(rounds.begun).toBe(2);
  });

  it('begins a round when woken, and none twice', async () => {
    await rounds.finish(1000);
    await jest.advanceTimersByTimeAsync(20);
    loop.wake();
    loop.wake();
    expect(rounds.begun).toBe(2);
    await rounds.finish(1000);
    await jest.advanceTimersByTimeAsync(20);
    expect(rounds.begun).toBe(3);
    await rounds.finish(1000);
    await jest.advanceTimersByTimeAsync(999);
    expect(rounds.begun).toBe(3);
  });

  it('woken during a round, or right after it, runs another one after a short rest', async () => {
    loop.wake();
    expect(rounds.begun).toBe(1);
    await rounds.finish(1000);
    loop.wake();
    await jest.advanceTimersByTimeAsync(19);
    expect(rounds.begun).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(rounds.begun).toBe(2);
    await rounds.finish(1000);
    await jest.advanceTimersByTimeAsync(999);
    expect(rounds.begun).toBe(2);
  });

  it('does not rest before what is due', async () => {
    await rounds.finish(5);
    await jest.advanceTimersByTimeAsync(5);
    expect(rounds.begun).toBe(2);
    await rounds.finish(1000);
    await jest.advanceTimersByTimeAsync(100);
    expect(rounds.begun).toBe(2);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'loses no wake that comes %i steps after a round has ended',
    async (steps) => {
      rounds.endNow(1000);
      for (let step = 0; step < steps; step++) await Promise.resolve();
      loop.wake();
      await jest.advanceTimersByTimeAsync(20);
      expect(rounds.begun).toBe(2);
    },
  );

  it('says that a round failed, and tries again when it polls', async () => {
    await rounds.finish(new Error('connection lost'));
    expect(warned).toEqual(['counting failed; it will be tried again: connection lost']);
    await jest.advanceTimersByTimeAsync(999);
    expect(rounds.begun).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(rounds.begun).toBe(2);
  });

  it('woken during a round that fails runs another one after the rest', async () => {
    loop.wake();
    await rounds.finish(new Error('connection lost'));
    await jest.advanceTimersByTimeAsync(20);
    expect(rounds.begun).toBe(2);
  });

  it('stops once the running round has ended, and stays so', async () => {
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    loop.wake();
    await jest.advanceTimersByTimeAsync(5000);
    expect(stopped).toBe(false);
    await rounds.finish('again');
    await stopping;
    loop.wake();
    await jest.advanceTimersByTimeAsync(5000);
    expect(rounds.begun).toBe(1);
  });

  it('stops while it waits', async () => {
    await rounds.finish(1000);
    await loop.stop();
    await jest.advanceTimersByTimeAsync(5000);
    expect(rounds.begun).toBe(1);
  });

  it('can be started again', async () => {
    await rounds.finish(1000);
    await loop.stop();
    loop.start();
    expect(rounds.begun).toBe(2);
  });
});
