import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 50;

/**
 * Calls `attempt` until it neither throws nor returns false, and gives back what it returned; after `timeoutMs` the last
 * error is thrown. For tests that watch another process; within one process wait for an event or set the clock.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, timeoutMs = 15_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== false) return result;
      if (Date.now() >= deadline) throw new Error(`not true within ${timeoutMs} ms: ${attempt.toString()}`);
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
